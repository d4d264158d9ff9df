// What a reader sees first: the command, the verdict, and what the whole process did.
import {el} from './dom.js';
import {change, count, percent, plural, seconds, size} from './format.js';

export const STATES = {
  pass: ['✓', 'PASS'],
  better: ['✓', 'BETTER'],
  fail: ['✗', 'FAIL'],
  invalid: ['!', 'INVALID'],
  none: ['·', 'MEASURED'],
  difference: ['±', 'DIFFERENCE'],
};

export function stateOf({profile, before}) {
  return profile.verdict?.state ?? (before ? 'difference' : 'none');
}

export function badge(model) {
  const state = stateOf(model);
  const [mark, text] = STATES[state];
  return el('span', {class: `badge ${state}`}, el('span', {'aria-hidden': 'true'}, mark), ` ${text}`);
}

export function commandOf(profile) {
  return profile.command.length > 0 ? profile.command.join(' ') : profile.trace;
}

function tile(id, title, value, note, before, now) {
  const changed =
    before === undefined
      ? null
      : el('p', {class: `change ${now > before ? 'more' : now < before ? 'less' : 'same'}`}, `${change(before, now)} `);
  return el(
    'div',
    {class: 'tile', 'data-total': id},
    el('dt', {}, title),
    el('dd', {}, el('strong', {}, value), changed, el('p', {}, note)),
  );
}

// Of the peak: between which bounds it was, if threads overlap.
function peakNote({memory}) {
  if (!memory || memory.peak.at_least === memory.peak.at_most) return 'most bytes live at once';
  const whole = (bytes) => size(bytes).replace(' ', '\u00a0'); // a number stays with its unit
  return `threads at once: ${whole(memory.peak.at_least)} to ${whole(memory.peak.at_most)}`;
}

function tiles(profile, before) {
  const {totals} = profile;
  const old = before?.totals ?? {};
  const was = (id, format) => (before ? ` was ${format(old[id])}` : '');
  return el(
    'dl',
    {class: 'tiles'},
    tile(
      'allocations',
      'Allocations',
      count(totals.allocations),
      was('allocations', count) || (profile.duration_s > 0 ? `in ${seconds(profile.duration_s)}` : ''),
      old.allocations,
      totals.allocations,
    ),
    tile(
      'bytes',
      'Requested',
      size(totals.bytes),
      was('bytes', size) || (totals.allocations > 0 ? `${size(totals.bytes / totals.allocations)} on average` : ''),
      old.bytes,
      totals.bytes,
    ),
    tile('frees', 'Frees', count(totals.frees), was('frees', count), old.frees, totals.frees),
    tile(
      'temporary',
      'Temporary',
      count(totals.temporary),
      was('temporary', count) || `${percent(totals.temporary, totals.allocations)} of allocations`,
      old.temporary,
      totals.temporary,
    ),
    tile(
      'peak_bytes',
      'Peak',
      size(totals.peak_bytes),
      was('peak_bytes', size) || peakNote(profile),
      old.peak_bytes,
      totals.peak_bytes,
    ),
    tile(
      'leaked_bytes',
      'Leaked',
      totals.leaked_allocations === 0 ? 'nothing' : size(totals.leaked_bytes),
      was('leaked_bytes', size) ||
        (totals.leaked_allocations === 0
          ? 'all was freed'
          : `${plural(totals.leaked_allocations, 'block', 'blocks')} not freed at the end`),
      old.leaked_bytes,
      totals.leaked_bytes,
    ),
  );
}

export function overview(model) {
  const {profile, before} = model;
  return el(
    'section',
    {id: 'overview', 'aria-labelledby': 'overview-title'},
    el('p', {class: 'kicker'}, before ? 'Difference of two measurements' : 'Performance analysis'),
    el('h1', {id: 'overview-title'}, el('code', {}, commandOf(profile))),
    before
      ? el('p', {class: 'hint'}, 'before: ', el('code', {}, before.trace), '  after: ', el('code', {}, profile.trace))
      : null,
    tiles(profile, before),
  );
}
