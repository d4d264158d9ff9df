// The verdict: limits that were broken and by whom, all that was compared, and the comparison with a baseline.
import {el, section} from './dom.js';
import {plural} from './format.js';
import {STATES, stateOf} from './headline.js';

function lines(title, texts) {
  if (!texts || texts.length === 0) return null;
  return [
    el('h3', {}, title),
    el(
      'ul',
      {class: 'plain'},
      texts.map((text) => el('li', {}, text)),
    ),
  ];
}

function culprit(one, onSite) {
  const name =
    one.sites.length > 0
      ? el('button', {type: 'button', class: 'link', onclick: () => onSite(one.sites[0])}, one.name)
      : el('strong', {}, one.name);
  return el(
    'li',
    {},
    one.change,
    name,
    el('span', {class: 'position'}, ` ${one.position}`),
    `: ${one.impact}`,
    one.cause ? el('span', {class: 'cause'}, ` ${one.cause}`) : null,
  );
}

function violation(one, onSite) {
  return el(
    'li',
    {class: one.better ? 'violation better' : 'violation'},
    el(
      'p',
      {},
      el('span', {'aria-hidden': 'true'}, one.better ? '✓ ' : '✗ '),
      el('strong', {}, one.operation),
      `  ${one.text}`,
    ),
    el(
      'ul',
      {},
      one.culprits.map((who) => culprit(who, onSite)),
      one.more > 0 ? el('li', {}, `and ${one.more} more`) : null,
    ),
  );
}

function plainTable(caption, titles, rows, right) {
  return el(
    'table',
    {class: 'plain'},
    el('caption', {class: 'away'}, caption),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        titles.map((title, index) => el('th', {scope: 'col', class: right.includes(index) ? 'right' : ''}, title)),
      ),
    ),
    el(
      'tbody',
      {},
      rows.map((cells) =>
        el(
          'tr',
          {class: cells[cells.length - 1]},
          cells.map((cell, index) =>
            el('td', {class: right.includes(index) ? 'right' : ''}, outcome(cell, index === cells.length - 1)),
          ),
        ),
      ),
    ),
  );
}

const OUTCOMES = {kept: '✓ kept', broken: '✗ broken', better: '✓ better', worse: '✗ worse', same: '= same'};

function outcome(text, last) {
  return last ? el('span', {class: `outcome ${text}`}, OUTCOMES[text] ?? text) : text;
}

export function verdictSection(model, onSite) {
  const {verdict} = model.profile;
  if (!verdict) return null;
  const compared = verdict.compared ?? [];
  return section(
    'verdict',
    'Verdict',
    el(
      'p',
      {class: `verdict-line ${verdict.state}`},
      el('span', {'aria-hidden': 'true'}, `${STATES[stateOf(model)][0]} `),
      verdict.headline,
    ),
    lines('Why nothing is proved', verdict.reasons),
    el(
      'ul',
      {class: 'violations'},
      (verdict.violations ?? []).map((one) => violation(one, onSite)),
    ),
    compared.length === 0
      ? null
      : el(
          'details',
          {},
          el('summary', {}, `All ${plural(compared.length, 'limit', 'limits')}`),
          plainTable('Limits', ['operation', 'metric', 'measured', 'at most', 'from', ''], compared, [2, 3]),
        ),
    lines('Notes', verdict.notes),
    lines('Allowed', verdict.suppressed),
    verdict.patch?.length > 0
      ? [el('h3', {}, 'Patch for the baseline'), el('pre', {class: 'patch'}, verdict.patch.join('\n'))]
      : null,
  );
}

export function afterSection(model) {
  const {after} = model.profile;
  if (!after) return null;
  return section(
    'after',
    `After, against baseline ${after.baseline}`,
    after.rows.length === 0
      ? el('p', {}, 'Nothing to compare: the two have no operation in common.')
      : plainTable(
          'Figures beside those of the baseline',
          ['operation', 'metric', 'before', 'now', 'change'],
          after.rows,
          [2, 3],
        ),
  );
}
