// What a reader has chosen: one place, of which parts of the page are told, and which stands in the page's address so
// that it can be sent along.
import {OUTSIDE, WHOLE} from './model.js';

export class State {
  constructor(model) {
    this.model = model;
    this.listeners = [];
    this.values = {metric: 'allocations', scope: WHOLE, query: '', site: -1, width: 'change', from: 'outermost'};
    this.readAddress();
  }

  get(name) {
    return this.values[name];
  }

  // Calls `listener` after any of `names` has changed.
  on(names, listener) {
    this.listeners.push([names, listener]);
  }

  set(changes) {
    const changed = Object.keys(changes).filter((name) => this.values[name] !== changes[name]);
    if (changed.length === 0) return;
    Object.assign(this.values, changes);
    this.writeAddress();
    for (const [names, listener] of this.listeners) {
      if (names.some((name) => changed.includes(name))) listener();
    }
  }

  readAddress() {
    const said = new URLSearchParams(location.hash.slice(1));
    const {model, values} = this;
    if (model.metrics.some((metric) => metric.id === said.get('metric'))) values.metric = said.get('metric');
    if (said.get('scope') === 'outside') values.scope = OUTSIDE;
    const operation = model.operations.indexOf(said.get('operation'));
    if (operation >= 0) values.scope = operation;
    if (said.get('from') === 'innermost') values.from = 'innermost';
    values.query = said.get('search') ?? '';
    const site = Number(said.get('site') ?? -1);
    if (Number.isInteger(site) && site >= 0 && site < model.rows.length) values.site = site;
  }

  writeAddress() {
    const {metric, scope, query, site, from} = this.values;
    const said = new URLSearchParams();
    if (metric !== 'allocations') said.set('metric', metric);
    if (scope === OUTSIDE) said.set('scope', 'outside');
    if (scope >= 0) said.set('operation', this.model.operations[scope]);
    if (from === 'innermost') said.set('from', from);
    if (query) said.set('search', query);
    if (site >= 0) said.set('site', site);
    const text = said.toString();
    try {
      history.replaceState(null, '', text ? `#${text}` : '#');
    } catch {
      // A page inside another one may have no address of its own.
    }
  }
}
