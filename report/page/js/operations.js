// The operations: what a call of each costs, and how its calls differ.
import {el, section} from './dom.js';
import {change, count} from './format.js';
import {Distribution} from './distribution.js';
import {WHOLE} from './model.js';
import {Table} from './table.js';

const ROW = 34;
const MOST_IN_VIEW = 12; // rows, before the table scrolls

function figureColumn(id, title, note, figure) {
  return {
    id,
    title,
    note,
    right: true,
    least: 72,
    value: (operation) => (operation.count === 0 ? -1 : (figure(operation)?.[1] ?? -1)),
    cell: (operation) => (operation.count === 0 ? '-' : (figure(operation)?.[0] ?? '-')),
  };
}

function timeColumns(operations) {
  const has = (name) => operations.some((operation) => operation.time[name]);
  const columns = [];
  const add = (name, title, note) => {
    if (has(name)) columns.push(figureColumn(`time_${name}`, title, note, (operation) => operation.time[name]));
  };
  add('rate', 'calls/s', 'calls divided by the time inside them');
  add('p50', 'p50', 'latency that half of the calls do not exceed');
  add('p99', 'p99', 'latency that 99 % of the calls do not exceed');
  add('real', 'time/op', "by the harness's own clock");
  add('cpu', 'cpu/op', "by the harness's own clock");
  return columns;
}

function nameCell(operation) {
  const notes = [];
  if (operation.whole_process) notes.push('all threads');
  if (operation.warmup > 0) notes.push(`${count(operation.warmup)} warm-up`);
  if (operation.uncertain) notes.push('figures may be too low');
  return el(
    'span',
    {title: `${operation.name} (${operation.source})`},
    el('strong', {}, operation.name),
    notes.length > 0 ? el('span', {class: 'note'}, ` ${notes.join(', ')}`) : null,
  );
}

function columnsOf(model) {
  const {operations} = model.profile;
  const before = new Map((model.before?.operations ?? []).map((operation) => [operation.name, operation]));
  const columns = [
    {id: 'name', title: 'operation', least: 180, grow: 3, value: (operation) => operation.name, cell: nameCell},
    {
      id: 'count',
      title: 'calls',
      right: true,
      least: 72,
      value: (operation) => operation.count,
      cell: (operation) => count(operation.count),
    },
    figureColumn(
      'allocs_mean',
      'allocs/op',
      'allocations of a call, on average',
      (operation) => operation.allocations.mean,
    ),
  ];
  if (before.size > 0) {
    const old = (operation) => before.get(operation.name);
    columns.push(
      {
        id: 'allocs_before',
        title: 'before',
        note: 'allocations of a call before',
        right: true,
        least: 72,
        value: (operation) => old(operation)?.allocations.mean[1] ?? -1,
        cell: (operation) => old(operation)?.allocations.mean[0] ?? '-',
      },
      {
        id: 'allocs_change',
        title: 'change',
        right: true,
        least: 72,
        value: (operation) => operation.allocations.mean[1] - (old(operation)?.allocations.mean[1] ?? 0),
        cell: (operation) => changeCell(old(operation)?.allocations.mean[1] ?? 0, operation.allocations.mean[1]),
      },
    );
  }
  columns.push(
    figureColumn(
      'allocs_p50',
      'p50',
      'allocations that half of the calls do not exceed',
      (operation) => operation.allocations.p50,
    ),
    figureColumn(
      'allocs_p99',
      'p99',
      'allocations that 99 % of the calls do not exceed',
      (operation) => operation.allocations.p99,
    ),
    figureColumn('allocs_max', 'max', 'allocations of the worst call', (operation) => operation.allocations.max),
    figureColumn(
      'bytes_mean',
      'bytes/op',
      'bytes that a call requests, on average',
      (operation) => operation.bytes.mean,
    ),
    figureColumn(
      'temporary_mean',
      'temp/op',
      'temporary allocations of a call, on average',
      (operation) => operation.temporary.mean,
    ),
    figureColumn(
      'peak_max',
      'peak',
      'most bytes of one call live at once, in the worst call',
      (operation) => operation.peak.max,
    ),
    ...timeColumns(operations).map((column) => ({
      ...column,
      title: column.title.startsWith('p') ? `time ${column.title}` : column.title,
    })),
  );
  return columns;
}

export function changeCell(before, now) {
  return el('span', {class: now > before ? 'more' : now < before ? 'less' : 'same'}, change(before, now));
}

export class OperationsView {
  constructor(model, state) {
    this.state = state;
    this.operations = model.profile.operations;
    if (this.operations.length === 0) {
      this.element = section(
        'operations',
        'Operations',
        el(
          'p',
          {class: 'hint'},
          'None was marked or named: figures are of the whole run. Name one with --op FUNCTION.',
        ),
      );
      return;
    }
    this.rows = this.operations.map((operation, index) => ({...operation, index}));
    this.table = new Table({
      label: 'Operations',
      columns: columnsOf(model),
      rowHeight: ROW,
      className: 'operations',
      onChoose: (row) => state.set({scope: row.index}),
    });
    this.table.element.style.maxHeight = `${ROW * MOST_IN_VIEW + 40}px`;
    this.distribution = new Distribution(this.operations);
    this.aside = el('div', {class: 'distribution'}, this.distribution.element);
    this.all = el(
      'button',
      {type: 'button', class: 'more', onclick: () => state.set({scope: WHOLE})},
      'Look at the whole run again',
    );
    this.element = section(
      'operations',
      'Operations',
      el('p', {class: 'hint'}, 'Choose one to see how its calls differ, and to look at its allocations alone below.'),
      this.table.element,
      this.all,
      this.aside,
    );
    state.on(['scope'], () => this.update());
  }

  mount() {
    if (!this.table) return;
    this.table.mount();
    this.table.show(this.rows, (row) => row.index === this.state.get('scope'));
    this.update();
  }

  update() {
    const scope = this.state.get('scope');
    this.all.hidden = scope < 0;
    this.table.reveal();
    const most = this.rows.reduce(
      (best, row) => (row.allocations.total > best.allocations.total ? row : best),
      this.rows[0],
    );
    this.distribution.show(this.operations[scope] ? scope : most.index);
  }
}
