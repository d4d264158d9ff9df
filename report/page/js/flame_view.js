// The section of the flame graph: what its widths and colours mean, what is under the pointer, what was searched for.
import {choice, el, onKey, replaceChildren, section} from './dom.js';
import {Flame} from './flame.js';
import {change, percent, signed, size} from './format.js';
import {FromInnermost, FromOutermost} from './graph.js';
import {WHOLE} from './model.js';
import {matchingFunctions} from './search.js';

const GRAPHS = {outermost: FromOutermost, innermost: FromInnermost};
const HINTS = {
  outermost:
    'Each bar is a function, beneath the one that called it; as wide as what was allocated in it and in all that it calls.',
  innermost:
    'Each bar is a function, beneath the one that it called; at the top are those that allocate. A bar is as wide as what ' +
    'was allocated when it called what stands above it.',
};
const KINDS = ['user', 'allocator', 'library'];
const LEGEND = [
  ['user', 'your code'],
  ['library', 'libraries and the runtime'],
  ['allocator', 'allocation functions'],
];

const key = (name) => el('kbd', {}, name);

export class FlameView {
  constructor(model, state) {
    this.model = model;
    this.state = state;
    this.flame = new Flame({
      label: (node) => this.label(node),
      describe: (node) => this.describe(node),
      style: (node) => this.style(node),
      onZoom: () => this.showPath(),
      onCurrent: (node, event) => this.showCurrent(node, event),
    });
    this.hint = el('p', {class: 'hint'});
    this.from = this.fromChoice();
    this.info = el('p', {class: 'flame-info', 'aria-live': 'polite'});
    this.path = el('nav', {class: 'flame-path', 'aria-label': 'Zoomed into'});
    this.found = el('p', {class: 'flame-found', role: 'status'});
    this.chart = el('div', {class: 'flame-chart'}, this.flame.svg);
    this.tip = el('div', {class: 'tip', hidden: true, 'aria-hidden': 'true'});
    this.element = section(
      'flame',
      'Flame graph',
      this.hint,
      el('div', {class: 'toolbar'}, this.from, this.model.before ? this.widthChoice() : null, this.legend()),
      this.path,
      this.found,
      this.chart,
      this.info,
      this.tip,
    );
    state.on(['metric', 'scope', 'query', 'width', 'from'], () => this.update());
    new ResizeObserver(() => this.resize()).observe(this.chart);
  }

  fromChoice() {
    const choices = [
      ['outermost', 'Outermost'],
      ['innermost', 'Innermost'],
    ];
    const chosen = choice('Start with', choices, this.state.get('from'), (from) => this.state.set({from}));
    chosen.title = 'Functions that the graph starts with (i)';
    onKey('i', () => this.state.set({from: this.state.get('from') === 'outermost' ? 'innermost' : 'outermost'}));
    this.state.on(['from'], () => chosen.choose(this.state.get('from')));
    return chosen;
  }

  widthChoice() {
    const choices = [
      ['change', 'What changed'],
      ['after', 'After'],
      ['before', 'Before'],
    ];
    return choice('Width', choices, this.state.get('width'), (width) => this.state.set({width}));
  }

  legend() {
    const entries = this.model.before
      ? [
          ['more', '+ more than before'],
          ['less', '− less than before'],
          ['same', 'unchanged'],
        ]
      : LEGEND;
    return el(
      'ul',
      {class: 'legend', 'aria-label': 'Colours'},
      entries.map(([kind, text]) => el('li', {}, el('span', {class: `swatch ${kind}`}), text)),
    );
  }

  resize() {
    if (this.graph && this.chart.clientWidth !== this.drawnWidth) this.draw();
  }

  metric() {
    return this.model.metrics.find((metric) => metric.id === this.state.get('metric'));
  }

  update() {
    const {model, state} = this;
    const {tree} = model;
    const wanted = model.inScope(state.get('scope'));
    const {column} = this.metric();
    const now = tree.own(model.profile.sites, column, wanted);
    const own = {now, width: now};
    if (model.before) {
      own.before = tree.own(model.before.sites, column, wanted);
      const widths = {before: own.before, after: now};
      own.width = widths[state.get('width')] ?? now.map((value, node) => Math.abs(value - own.before[node]));
    }
    this.own = now;
    this.graph = new GRAPHS[state.get('from')](tree, own);
    const query = state.get('query');
    this.marked = query ? matchingFunctions(model, query) : null;
    replaceChildren(
      this.hint,
      `${HINTS[state.get('from')]} Click to zoom; with the keyboard, arrows walk, `,
      [key('Enter'), ' zooms in, ', key('Esc'), ' zooms out, ', key('i'), ' turns the graph around.'],
    );
    this.draw();
  }

  draw() {
    const {model, state} = this;
    this.drawnWidth = this.chart.clientWidth;
    const empty = this.graph.values.width[0] === 0;
    const what = `${this.metric().name}, ${model.scopeName(state.get('scope'))}`;
    this.chart.classList.toggle('empty', empty);
    this.flame.show(`Flame graph: ${what}`, this.graph, this.marked);
    this.showPath();
    this.showFound();
    this.showCurrent(-1);
    if (empty) this.info.textContent = model.before ? `${what}: nothing changed` : `${what}: nothing`;
  }

  name(node) {
    return node === 0
      ? this.model.scopeName(this.state.get('scope'))
      : this.model.functionName(this.graph.function[node]);
  }

  // What of the whole process no site has.
  missing() {
    const {memory, totals} = this.model.profile;
    if (this.state.get('metric') !== 'peak' || this.state.get('scope') !== WHOLE || !memory?.peak.short_lived_bytes)
      return '';
    return ` of a peak of ${size(totals.peak_bytes)}; the rest was in blocks that lived too shortly to be told of a site`;
  }

  label(node) {
    const {before, now} = this.graph.values;
    if (!before || before[node] === now[node]) return this.name(node);
    return `${change(before[node], now[node])}  ${this.name(node)}`;
  }

  describe(node) {
    const {format, noun} = this.metric();
    const {values} = this.graph;
    if (values.before) {
      const [before, now] = [values.before[node], values.now[node]];
      const changed = `${signed(now - before, format)}, ${change(before, now)}`;
      return `${this.name(node)}: ${format(before)} before, ${format(now)} after (${changed})`;
    }
    const own = this.graph.ownOf(node);
    const by = own > 0 && node !== 0 ? `, ${format(own)} by itself` : '';
    return `${this.name(node)}: ${format(values.now[node])} ${noun} (${percent(values.now[node], values.now[0])}${by})`;
  }

  style(node) {
    if (this.model.before) return this.changeStyle(node);
    if (node === 0) return {kind: 'root'};
    return {kind: KINDS[this.model.functionKind(this.graph.function[node])] ?? 'library'};
  }

  changeStyle(node) {
    const {before, now} = this.graph.values;
    const change = now[node] - before[node];
    if (change === 0) return {kind: 'same'};
    const share = Math.abs(change) / Math.max(now[node], before[node]);
    const strength = Math.round(18 + 50 * share);
    const kind = change > 0 ? 'more' : 'less';
    return {kind, fill: `color-mix(in srgb, var(--${kind}) ${strength}%, var(--frame-same))`};
  }

  showPath() {
    const {flame} = this;
    const step = (node) => el('button', {type: 'button', onclick: () => flame.enter(node)}, this.name(node));
    const zoomed = flame.focus !== 0;
    this.path.hidden = !zoomed;
    if (!zoomed) return replaceChildren(this.path);
    const nodes = [0, ...this.graph.path(flame.focus)];
    const shown = nodes.length > 6 ? [nodes[0], null, ...nodes.slice(-4)] : nodes;
    replaceChildren(
      this.path,
      shown
        .map((node, index) => [
          index > 0 ? el('span', {'aria-hidden': 'true'}, '›') : null,
          node === null ? '…' : step(node),
        ])
        .flat(),
      el('button', {type: 'button', class: 'reset', id: 'flame-reset', onclick: () => flame.enter(0)}, 'Reset zoom'),
    );
    return undefined;
  }

  // What the functions that were searched for and all beneath them have; nothing is counted twice.
  showFound() {
    this.found.hidden = this.marked === null;
    if (this.marked === null) return;
    const inside = this.model.tree.below(this.marked);
    const sum = this.own.reduce((total, value, node) => total + inside[node] * value, 0);
    const {format, noun} = this.metric();
    const share = percent(sum, this.graph.values.now[0]);
    this.found.textContent = inside.includes(1)
      ? `Found: ${format(sum)} ${noun}, ${share}, in what is highlighted and in all that it calls.`
      : 'No function here has such a name.';
  }

  showCurrent(node, event) {
    this.tip.hidden = true;
    if (node < 0) {
      this.info.textContent = `${this.describe(this.flame.focus)}${this.missing()}`;
      return;
    }
    this.info.textContent = this.describe(node);
    if (!event) return;
    this.tip.textContent = this.describe(node);
    this.tip.hidden = false;
    const left = Math.min(event.clientX + 14, innerWidth - this.tip.offsetWidth - 8);
    const below = event.clientY + 18 + this.tip.offsetHeight < innerHeight;
    this.tip.style.left = `${Math.max(left, 4)}px`;
    this.tip.style.top = `${below ? event.clientY + 18 : event.clientY - this.tip.offsetHeight - 10}px`;
  }

  // Goes to the stack of a site: into its first frames as far as the last ones become readable.
  reveal(place, scope) {
    if (!(this.own[place] > 0)) this.state.set({scope: this.state.get('scope') === WHOLE ? WHOLE : scope});
    const {graph} = this;
    const node = graph.find(place);
    const path = graph.path(node);
    const widths = graph.values.width;
    const wide = path.filter((one) => widths[one] >= 3 * widths[node]);
    this.flame.enter(wide.length > 0 ? wide[wide.length - 1] : path[0]);
    this.flame.go(node);
    this.element.scrollIntoView({block: 'start'});
  }
}
