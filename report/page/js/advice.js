// Bottlenecks and the optimization plan: what to look at first and what to change.
import {el, section} from './dom.js';
import {count} from './format.js';

// A list of which the first few are shown, and the rest on demand.
function shortList(items, first, what) {
  const list = el('ol', {class: 'cards'}, items.slice(0, first));
  if (items.length <= first) return list;
  const more = el(
    'button',
    {
      type: 'button',
      class: 'more',
      onclick: () => {
        for (const item of items.slice(first)) list.append(item);
        more.remove();
        items[first].querySelector('button')?.focus();
      },
    },
    `Show all ${items.length} ${what}`,
  );
  return [list, more];
}

function bar(part, whole) {
  const element = el('div', {class: 'bar', 'aria-hidden': 'true'}, el('div', {}));
  element.firstChild.style.width = `${whole > 0 ? Math.max((100 * part) / whole, 0.5) : 0}%`;
  return element;
}

function siteLink(text, sites, onSite) {
  if (sites.length === 0) return el('strong', {}, text);
  return el('button', {type: 'button', class: 'link', onclick: () => onSite(sites[0])}, text);
}

function bottleneck(model, one, onSite) {
  const whole =
    one.operation === null
      ? model.profile.totals.allocations
      : model.profile.operations[one.operation].allocations.total;
  return el(
    'li',
    {class: 'card'},
    el('h4', {}, siteLink(one.name, one.sites, onSite), el('span', {class: 'position'}, one.position)),
    bar(one.allocations, whole),
    el('p', {}, one.impact),
    one.cause ? el('p', {}, el('span', {class: 'cause'}, one.cause)) : null,
  );
}

function planItem(one, onSite) {
  return el(
    'li',
    {class: 'card'},
    el('p', {}, el('span', {class: `priority p${Math.min(one.priority, 3)}`}, `P${one.priority}`), ' ', one.change),
    one.expected ? el('p', {class: 'expected'}, el('span', {}, 'expected '), one.expected) : null,
    one.sites.length > 0
      ? el(
          'p',
          {class: 'links'},
          siteLink(one.sites.length === 1 ? 'the site' : `first of ${count(one.sites.length)} sites`, one.sites, onSite),
        )
      : null,
  );
}

export function adviceSection(model, onSite) {
  const {bottlenecks, plan, top} = model.profile;
  const first = Math.max(top, 4);
  const note = (part) => (part.all > part.list.length ? ` (first ${count(part.list.length)} of ${count(part.all)})` : '');
  return section(
    'advice',
    'What to change',
    el(
      'div',
      {class: 'columns'},
      el(
        'div',
        {},
        el('h3', {}, `Bottlenecks${note(bottlenecks)}`),
        bottlenecks.list.length === 0
          ? el('p', {class: 'hint'}, 'None: measured calls allocated nothing.')
          : shortList(
              bottlenecks.list.map((one) => bottleneck(model, one, onSite)),
              first,
              'bottlenecks',
            ),
      ),
      el(
        'div',
        {},
        el('h3', {}, `Optimization plan${note(plan)}`),
        plan.list.length === 0
          ? el('p', {class: 'hint'}, 'Nothing to suggest.')
          : shortList(
              plan.list.map((one) => planItem(one, onSite)),
              first,
              'changes',
            ),
      ),
    ),
  );
}
