// All sites in one table, and beside it what is known of the one that is chosen.
import {el, section} from './dom.js';
import {count, inner, signed} from './format.js';
import {WHOLE} from './model.js';
import {matchingRows} from './search.js';
import {SiteDetail} from './site_detail.js';
import {Table} from './table.js';

// The table has no room for a path; the detail has it.
function fileOf(row) {
  return row.file ? row.position.slice(row.position.lastIndexOf('/') + 1) : row.position;
}

function amount(value, format) {
  return el('span', {class: value === 0 ? 'zero' : ''}, format(value));
}

function whereCell(row, letters) {
  return el(
    'span',
    {class: 'where', title: `${row.whole}\n${row.position}`},
    el('strong', {}, inner(row.name, letters)),
    el('span', {class: 'position'}, fileOf(row)),
  );
}

function columnsOf(model) {
  const operations = model.operations.length > 0;
  const columns = [
    {
      id: 'where',
      title: 'site',
      least: operations ? 190 : 316,
      grow: 4,
      value: (row) => row.name,
      cell: (row) => whereCell(row, operations ? 26 : 44),
    },
  ];
  if (operations) {
    columns.push({
      id: 'operation',
      title: 'operation',
      least: 112,
      grow: 2,
      value: (row) => model.scopeName(row.operation),
      cell: (row) =>
        el(
          'span',
          {title: model.scopeName(row.operation), class: row.operation < 0 ? 'note' : ''},
          inner(model.scopeName(row.operation), 18),
        ),
    });
  }
  for (const metric of model.metrics) {
    columns.push({
      id: metric.id,
      title: metric.name.toLowerCase(),
      right: true,
      least: metric.id === 'allocations' ? 92 : 72,
      value: (row) => row.values[metric.id],
      cell: (row) => amount(row.values[metric.id], metric.format),
    });
    if (model.before === null) continue;
    const changed = (row) => row.values[metric.id] - row.old[metric.id];
    columns.push({
      id: `${metric.id}-change`,
      title: `± ${metric.name.toLowerCase()}`,
      right: true,
      least: 112,
      value: (row) => Math.abs(changed(row)),
      cell: (row) =>
        el(
          'span',
          {class: changed(row) > 0 ? 'more' : changed(row) < 0 ? 'less' : 'same'},
          signed(changed(row), metric.format),
        ),
    });
  }
  columns.push({
    id: 'cause',
    title: 'cause',
    least: 130,
    grow: 2.8,
    value: (row) => row.cause,
    cell: (row) => el('span', {title: row.cause}, row.cause || '-'),
  });
  return columns;
}

export class SitesView {
  constructor(model, state, onFlame) {
    this.model = model;
    this.state = state;
    this.found = el('p', {class: 'hint', role: 'status', id: 'sites-found'});
    const sort = model.before ? {id: 'allocations-change', down: true} : {id: 'allocations', down: true};
    this.table = new Table({
      label: 'Sites',
      columns: columnsOf(model),
      rowHeight: 46,
      sort,
      className: 'sites',
      onChoose: (row) => state.set({site: row.index}),
    });
    this.detail = new SiteDetail(model, onFlame);
    this.element = section(
      'sites',
      'Sites',
      this.found,
      el('div', {class: 'split'}, this.table.element, this.detail.element),
    );
    state.on(['scope', 'query'], () => this.update());
    state.on(['metric'], () => this.sortByMetric());
    state.on(['site'], () => this.showChosen());
  }

  mount() {
    this.table.mount();
    this.sortByMetric();
    this.showChosen();
  }

  sortByMetric() {
    this.table.sort = {id: this.state.get('metric') + (this.model.before ? '-change' : ''), down: true};
    this.update();
  }

  update() {
    const {model, state} = this;
    const inScope = model.inScope(state.get('scope'));
    const rows = matchingRows(
      model,
      model.rows.filter((row) => inScope(row.operation)),
      state.get('query'),
    );
    const of = rows.length === model.rows.length ? '' : ` of ${count(model.rows.length)}`;
    const without = model.profile.sites_without_row;
    const rest = without > 0 ? ` ${count(without)} smaller ones are summed up, by the callers that they share.` : '';
    const sites = rows.length === 1 ? 'site' : 'sites';
    this.found.textContent = `${count(rows.length)}${of} ${sites}: stacks that allocate.${rest}`;
    this.table.show(rows, (row) => row.index === this.chosen()?.index);
    this.detail.show(this.chosen());
  }

  // Without a choice, the first: what is looked for most often.
  chosen() {
    return this.model.rows[this.state.get('site')] ?? this.table.rows[0] ?? null;
  }

  showChosen() {
    this.table.reveal();
    this.detail.show(this.chosen());
  }

  // Shows a site that another part of the page names, whatever was chosen or searched for.
  open(index) {
    const row = this.model.rows.findIndex((one) => one.index === index);
    if (row < 0) return;
    if (!this.table.rows.some((one) => one.index === index)) this.state.set({query: '', scope: WHOLE});
    this.state.set({site: index});
    this.element.scrollIntoView({block: 'start'});
    this.table.element.focus({preventScroll: true});
  }
}
