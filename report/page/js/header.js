// The bar at the top: where one is, what is looked at (scope and metric), search and colours.
import {choice, el, onKey} from './dom.js';
import {badge, commandOf} from './headline.js';
import {OUTSIDE, WHOLE} from './model.js';
import {themeSwitch} from './theme.js';

const PAUSE = 150; // milliseconds without a key before a search begins

function searchBox(state) {
  let waiting = 0;
  const input = el('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Search functions, files, causes  ( / )',
    'aria-label': 'Search functions, files and causes',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => state.set({query: input.value.trim()}), PAUSE);
    },
    onkeydown: (event) => {
      if (event.key !== 'Escape') return;
      input.value = '';
      state.set({query: ''});
    },
  });
  input.value = state.get('query');
  state.on(['query'], () => {
    if (document.activeElement !== input) input.value = state.get('query');
  });
  onKey('/', () => {
    input.focus();
    input.select();
  });
  return input;
}

function scopeChoice(model, state) {
  const options = [[WHOLE, 'whole run'], ...model.operations.map((name, index) => [index, name])];
  if (model.operations.length > 0) options.push([OUTSIDE, 'outside operations']);
  const select = el(
    'select',
    {id: 'scope', onchange: () => state.set({scope: Number(select.value)})},
    options.map(([value, text]) => el('option', {value}, text)),
  );
  select.value = state.get('scope');
  state.on(['scope'], () => {
    select.value = state.get('scope');
  });
  return el('label', {class: 'scope'}, el('span', {}, 'Look at'), select);
}

export function header(model, state, sections) {
  const metric = choice(
    'By',
    model.metrics.map(({id, name}) => [id, name]),
    state.get('metric'),
    (value) => state.set({metric: value}),
  );
  metric.id = 'metric';
  state.on(['metric'], () => metric.choose(state.get('metric')));
  return el(
    'header',
    {class: 'top'},
    el(
      'div',
      {class: 'line'},
      el('strong', {class: 'brand'}, 'mallocop'),
      badge(model),
      el('code', {class: 'command', title: commandOf(model.profile)}, commandOf(model.profile)),
      searchBox(state),
      themeSwitch(),
    ),
    el(
      'div',
      {class: 'line'},
      el(
        'nav',
        {'aria-label': 'Parts of the report'},
        sections.map((one) =>
          el(
            'a',
            {
              href: `#${one.id}`,
              onclick: (event) => {
                event.preventDefault(); // the address holds what was chosen
                one.scrollIntoView();
                one.querySelector('h1, h2').setAttribute('tabindex', '-1');
                one.querySelector('h1, h2').focus({preventScroll: true});
              },
            },
            one.id === 'overview' ? 'Overview' : one.querySelector('h2').textContent,
          ),
        ),
      ),
      el('div', {class: 'lens'}, scopeChoice(model, state), metric),
    ),
  );
}
