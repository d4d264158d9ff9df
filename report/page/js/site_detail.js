// What is known of one site: figures, why it allocates and what to change, the lines around it, its whole stack.
import {el, replaceChildren} from './dom.js';
import {count, signed, size} from './format.js';
import {positionOf} from './model.js';

const PATTERNS = {
  'every-op': 'in every call',
  'first-op-only': 'in the first calls only',
  'amortised-growth': 'now and then, growing',
  'some-ops': 'in some calls',
  'outside-ops': 'outside operations',
};
const KINDS = ['user', 'allocator', 'library'];

function figures(pairs) {
  return el(
    'dl',
    {class: 'figures'},
    pairs.filter(Boolean).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

export function sourceLines(lines, line) {
  const near = lines.filter(([number]) => Math.abs(number - line) <= 4);
  if (near.length === 0) return null;
  const width = String(near[near.length - 1][0]).length;
  return el(
    'pre',
    {class: 'source', tabindex: 0, 'aria-label': 'Source'},
    near.map(([number, text]) =>
      el(
        'div',
        {class: number === line ? 'line here' : 'line'},
        el('span', {class: 'number'}, `${number === line ? '>' : ' '}${String(number).padStart(width)}  `),
        text || ' ',
      ),
    ),
  );
}

function stackFrame(frame) {
  const notes = [positionOf(frame), frame.inlined ? 'inlined' : ''].filter(Boolean).join(', ');
  return el(
    'li',
    {class: `frame-${KINDS[frame.kind]}`, title: frame.whole},
    el('code', {}, frame.name),
    el('span', {class: 'position'}, notes),
  );
}

export class SiteDetail {
  constructor(model, onFlame) {
    this.model = model;
    this.onFlame = onFlame;
    this.element = el('aside', {class: 'detail', 'aria-label': 'The chosen site', 'aria-live': 'polite', tabindex: -1});
  }

  show(row) {
    if (!row) {
      replaceChildren(
        this.element,
        el(
          'p',
          {class: 'hint empty'},
          'Choose a site to see why it allocates, what to change, its source and its stack.',
        ),
      );
      return;
    }
    const {model} = this;
    const profile = row.side === 'before' ? model.before : model.profile;
    const index = row.site ?? row.index;
    const {sites} = profile;
    const advice = model.text(sites.advice[index]);
    const expected = model.text(sites.expected_impact[index]);
    const lines = profile.sources[row.file];
    const stack = model.stack(row.node);
    replaceChildren(
      this.element,
      el('h3', {}, row.name),
      row.position ? el('p', {class: 'position'}, row.position) : null,
      row.side === 'before' ? el('p', {class: 'note'}, 'Only in the measurement before.') : null,
      el(
        'p',
        {class: 'chips'},
        el('span', {class: 'chip'}, model.scopeName(row.operation)),
        row.operation >= 0 ? el('span', {class: 'chip'}, PATTERNS[row.pattern] ?? row.pattern) : null,
        row.cause ? el('span', {class: 'cause'}, row.cause) : null,
      ),
      advice ? el('p', {class: 'advice'}, advice) : null,
      expected ? el('p', {class: 'expected'}, el('span', {}, 'expected '), expected) : null,
      figures([
        ...model.metrics.map((metric) => [
          metric.name,
          metric.format(row.values[metric.id]) +
            (row.old ? ` (${signed(row.values[metric.id] - row.old[metric.id], metric.format)})` : ''),
        ]),
        [
          'Block sizes',
          sites.smallest[index] === sites.largest[index]
            ? size(sites.largest[index])
            : `${size(sites.smallest[index])} to ${size(sites.largest[index])}`,
        ],
        sites.reallocations[index] > 0 ? ['Of them by realloc', count(sites.reallocations[index])] : null,
        sites.left_out[index] > 0 ? ['In calls not measured', count(sites.left_out[index])] : null,
        row.operation >= 0 && sites.calls[index] > 0
          ? [
              'In calls',
              `${count(sites.calls[index])} of ${count(profile.operations[sites.operation[index]]?.count ?? 0)}`,
            ]
          : null,
      ]),
      lines && row.line ? sourceLines(lines, row.line) : null,
      el(
        'p',
        {class: 'links'},
        el(
          'button',
          {type: 'button', class: 'show-flame', onclick: () => this.onFlame(row)},
          'Show in the flame graph',
        ),
      ),
      el(
        'details',
        {open: true, class: 'stack'},
        el('summary', {}, `Stack, ${stack.length} frames, innermost first`),
        el('ol', {}, stack.map(stackFrame)),
        sites.truncated[index] ? el('p', {class: 'note'}, 'More callers were there, which could not be taken.') : null,
      ),
    );
  }
}
