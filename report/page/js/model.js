// The data of the page as the rest of it sees it. docs/html-report.md says what the data looks like.
import {plural} from './format.js';
import {metricsOf} from './metrics.js';
import {Tree} from './tree.js';

export const WHOLE = -2; // scopes that are no operation
export const OUTSIDE = -1;

export function readModel() {
  return new Model(JSON.parse(document.getElementById('data').textContent));
}

class Model {
  constructor(data) {
    this.version = data.tool_version;
    this.tables = data.tables;
    this.profile = data.profile;
    this.before = data.before;
    this.tree = new Tree(data.tables);
    this.metrics = metricsOf(data.profile);
    this.operations = this.profile.operations.map((operation) => operation.name);
    if (this.before) this.numberOperations();
    this.rows = this.before ? this.changedRows() : this.siteRows(this.profile);
  }

  // An operation of the measurement before has the number that it has in the one after, or a new one.
  numberOperations() {
    const numbers = new Map(this.operations.map((name, index) => [name, index]));
    const moved = this.before.operations.map(({name}) => {
      if (!numbers.has(name)) {
        numbers.set(name, this.operations.length);
        this.operations.push(name);
      }
      return numbers.get(name);
    });
    const {sites} = this.before;
    sites.operation = sites.operation.map((operation) => (operation < 0 ? operation : moved[operation]));
  }

  text(index) {
    return this.tables.texts[index];
  }
  functionName(index) {
    return this.text(this.tables.functions.name[index]);
  }
  functionWhole(index) {
    return this.text(this.tables.functions.whole[index]);
  }
  // 0: the user's own, 1: allocates, 2: other
  functionKind(index) {
    return this.tables.functions.kind[index];
  }

  frame(index) {
    const {frames} = this.tables;
    return {
      name: this.functionName(frames.function[index]),
      whole: this.functionWhole(frames.function[index]),
      kind: this.functionKind(frames.function[index]),
      file: this.text(frames.file[index]),
      line: frames.line[index],
      module: this.text(frames.module[index]),
      inlined: frames.inlined[index] === 1,
    };
  }

  // Frames of a node of the data, innermost first.
  stack(node) {
    const frames = [];
    for (let at = node; at >= 0; at = this.tables.nodes.parent[at])
      frames.push(this.frame(this.tables.nodes.frame[at]));
    return frames;
  }

  scopeName(scope) {
    if (scope === WHOLE) return 'whole run';
    return scope === OUTSIDE ? 'outside operations' : this.operations[scope];
  }

  inScope(scope) {
    return scope === WHOLE ? () => true : (operation) => operation === scope;
  }

  callerOf(node) {
    const above = this.tables.nodes.parent[node];
    return above < 0 ? '' : `beneath ${this.frame(this.tables.nodes.frame[above]).name}`;
  }

  // The row of a site of the (later) measurement, by its number there.
  rowOfSite(site) {
    if (!this.before) return site;
    this.merged ??= new Map(
      this.rows.filter((row) => row.side === 'after').flatMap((row) => row.parts.map((part) => [part, row.index])),
    );
    return this.merged.get(site) ?? -1;
  }

  siteName(site) {
    const frame = this.frame(this.profile.sites.place[site]);
    return {name: frame.name, position: positionOf(frame)};
  }

  siteRows(profile) {
    const {sites} = profile;
    return sites.node.map((node, index) => {
      const frame = this.frame(sites.place[index]);
      const row = {
        index,
        node,
        place: this.tree.nodeOf[node],
        name:
          sites.smaller[index] > 0 ? `(${plural(sites.smaller[index], 'smaller site', 'smaller sites')})` : frame.name,
        whole: frame.whole,
        file: frame.file,
        line: frame.line,
        position: sites.smaller[index] > 0 ? this.callerOf(node) : positionOf(frame),
        operation: sites.operation[index],
        cause: this.text(sites.cause[index]),
        pattern: this.text(sites.pattern[index]),
        values: {},
      };
      for (const metric of this.metrics) row.values[metric.id] = sites[metric.column][index];
      return row;
    });
  }

  // Of two measurements: stacks of the same functions in the same operation are one row.
  changedRows() {
    const rows = new Map();
    const merge = (row, side) => {
      const key = `${row.operation} ${row.place}`;
      let merged = rows.get(key);
      if (!merged) {
        merged = {...row, index: rows.size, values: {}, old: {}, side, site: row.index, parts: []};
        for (const metric of this.metrics) merged.values[metric.id] = merged.old[metric.id] = 0;
        rows.set(key, merged);
      }
      if (side === 'after') merged.parts.push(row.index);
      const into = side === 'after' ? merged.values : merged.old;
      for (const metric of this.metrics) into[metric.id] += row.values[metric.id];
    };
    for (const row of this.siteRows(this.profile)) merge(row, 'after');
    for (const row of this.siteRows(this.before)) merge(row, 'before');
    return [...rows.values()];
  }
}

export function positionOf(frame) {
  if (!frame.file) return frame.module.slice(frame.module.lastIndexOf('/') + 1);
  return frame.line ? `${frame.file}:${frame.line}` : frame.file;
}
