// The section of the flame graph: what its widths and colours mean, what is under the pointer, what was searched for.
import {choice, el, replaceChildren, section} from './dom.js';
import {Flame} from './flame.js';
import {change, percent, signed, size} from './format.js';
import {WHOLE} from './model.js';
import {matchingFunctions} from './search.js';

const KINDS = ['user', 'allocator', 'library'];
const LEGEND = [
  ['user', 'your code'],
  ['library', 'libraries and the runtime'],
  ['allocator', 'allocation functions'],
];

export class FlameView {
  constructor(model, state) {
    this.model = model;
    this.state = state;
    this.flame = new Flame(model.tree, {
      label: (node) => this.label(node),
      describe: (node) => this.describe(node),
      style: (node) => this.style(node),
      onZoom: () => this.showPath(),
      onCurrent: (node, event) => this.showCurrent(node, event),
    });
    this.info = el('p', {class: 'flame-info', 'aria-live': 'polite'});
    this.path = el('nav', {class: 'flame-path', 'aria-label': 'Zoomed into'});
    this.found = el('p', {class: 'flame-found', role: 'status'});
    this.chart = el('div', {class: 'flame-chart'}, this.flame.svg);
    this.tip = el('div', {class: 'tip', hidden: true, 'aria-hidden': 'true'});
    this.element = section(
      'flame',
      'Flame graph',
      el(
        'p',
        {class: 'hint'},
        'Each bar is a function, beneath the one that called it; as wide as what was allocated in it and ' +
          'in all that it calls. Click to zoom; with the keyboard, arrows walk, Enter zooms in, Esc zooms out.',
      ),
      el('div', {class: 'toolbar'}, this.model.before ? this.widthChoice() : null, this.legend()),
      this.path,
      this.found,
      this.chart,
      this.info,
      this.tip,
    );
    state.on(['metric', 'scope', 'query', 'width'], () => this.update());
    new ResizeObserver(() => this.resize()).observe(this.chart);
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
    if (this.totals && this.chart.clientWidth !== this.drawnWidth) this.draw();
  }

  metric() {
    return this.model.metrics.find((metric) => metric.id === this.state.get('metric'));
  }

  update() {
    const {model, state} = this;
    const {tree} = model;
    const wanted = model.inScope(state.get('scope'));
    const {column} = this.metric();
    const own = tree.own(model.profile.sites, column, wanted);
    this.own = own;
    this.totals = tree.totals(own);
    this.widths = this.totals;
    if (model.before) {
      const ownBefore = tree.own(model.before.sites, column, wanted);
      this.totalsBefore = tree.totals(ownBefore);
      const widths = {before: this.totalsBefore, after: this.totals};
      const chosen = state.get('width');
      this.widths = widths[chosen] ?? tree.totals(own.map((value, node) => Math.abs(value - ownBefore[node])));
    }
    const query = state.get('query');
    const functions = query ? matchingFunctions(model, query) : null;
    this.marked = functions ? Uint8Array.from(tree.function, (called) => (called >= 0 ? functions[called] : 0)) : null;
    this.draw();
  }

  draw() {
    const {model, state} = this;
    this.drawnWidth = this.chart.clientWidth;
    const empty = this.widths[0] === 0;
    const what = `${this.metric().name}, ${model.scopeName(state.get('scope'))}`;
    this.chart.classList.toggle('empty', empty);
    this.flame.show(`Flame graph: ${what}`, this.widths, this.marked);
    this.showPath();
    this.showFound();
    this.showCurrent(-1);
    if (empty) this.info.textContent = model.before ? `${what}: nothing changed` : `${what}: nothing`;
  }

  name(node) {
    return node === 0
      ? this.model.scopeName(this.state.get('scope'))
      : this.model.functionName(this.model.tree.function[node]);
  }

  // What of the whole process no site has.
  missing() {
    const {memory, totals} = this.model.profile;
    if (this.state.get('metric') !== 'peak' || this.state.get('scope') !== WHOLE || !memory?.peak.short_lived_bytes)
      return '';
    return ` of a peak of ${size(totals.peak_bytes)}; the rest was in blocks that lived too shortly to be told of a site`;
  }

  label(node) {
    if (!this.model.before || this.totalsBefore[node] === this.totals[node]) return this.name(node);
    return `${change(this.totalsBefore[node], this.totals[node])}  ${this.name(node)}`;
  }

  describe(node) {
    const {format, noun} = this.metric();
    if (this.model.before) {
      const [before, now] = [this.totalsBefore[node], this.totals[node]];
      const changed = `${signed(now - before, format)}, ${change(before, now)}`;
      return `${this.name(node)}: ${format(before)} before, ${format(now)} after (${changed})`;
    }
    const total = this.totals[0];
    const by = this.own[node] > 0 && node !== 0 ? `, ${format(this.own[node])} by itself` : '';
    return `${this.name(node)}: ${format(this.totals[node])} ${noun} (${percent(this.totals[node], total)}${by})`;
  }

  style(node) {
    if (this.model.before) return this.changeStyle(node);
    if (node === 0) return {kind: 'root'};
    return {kind: KINDS[this.model.functionKind(this.model.tree.function[node])] ?? 'library'};
  }

  changeStyle(node) {
    const change = this.totals[node] - this.totalsBefore[node];
    if (change === 0) return {kind: 'same'};
    const share = Math.abs(change) / Math.max(this.totals[node], this.totalsBefore[node]);
    const strength = Math.round(18 + 50 * share);
    const kind = change > 0 ? 'more' : 'less';
    return {kind, fill: `color-mix(in srgb, var(--${kind}) ${strength}%, var(--frame-same))`};
  }

  showPath() {
    const {flame, model} = this;
    const step = (node) => el('button', {type: 'button', onclick: () => flame.enter(node)}, this.name(node));
    const zoomed = flame.focus !== 0;
    this.path.hidden = !zoomed;
    if (!zoomed) return replaceChildren(this.path);
    const nodes = [0, ...model.tree.path(flame.focus)];
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
    const {tree} = this.model;
    const inside = new Uint8Array(tree.size);
    let sum = 0;
    let functions = 0;
    for (let node = 1; node < tree.size; ++node) {
      const above = inside[tree.parent[node]];
      inside[node] = above | this.marked[node];
      if (this.marked[node] && !above) sum += this.totals[node];
      functions += this.marked[node];
    }
    const {format, noun} = this.metric();
    this.found.textContent =
      functions === 0
        ? 'No function here has such a name.'
        : `Found: ${format(sum)} ${noun}, ${percent(sum, this.totals[0])}, in and beneath what is highlighted.`;
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

  // Goes to the stack of a site: into its outermost frames as far as the innermost ones become readable.
  reveal(node, scope) {
    if (!(this.totals[node] > 0)) this.state.set({scope: this.state.get('scope') === WHOLE ? WHOLE : scope});
    const path = this.model.tree.path(node);
    const wide = path.filter((one) => this.widths[one] >= 3 * this.widths[node]);
    this.flame.enter(wide.length > 0 ? wide[wide.length - 1] : path[0]);
    this.flame.go(node);
    this.element.scrollIntoView({block: 'start'});
  }
}
