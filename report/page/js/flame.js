// A flame graph as SVG, its root at the top. Only what is wide enough to see is laid out and drawn, so that
// its price depends on the window and not on the number of frames.
//
// For a keyboard it is a tree: arrows walk along what is drawn, Enter goes into a frame, Escape one step out.
import {hierarchy, partition} from 'd3-hierarchy';
import {select} from 'd3-selection';

import {svgElement} from './dom.js';

const ROW = 20; // pixels
const PADDING = 8; // of what is around it, as in flame.css
const NARROWEST = 2; // of a frame that is drawn
const MOST_FRAMES = 5000; // at once; beyond it the narrowest ones go
const LABEL_FROM = 28; // pixels: narrower frames have no text
const LETTER = 6.7; // of the labels' font

export class Flame {
  // `looks`: label(node), describe(node), style(node) → {kind, fill}; `onZoom(node)`, `onCurrent(node or -1)`.
  constructor(looks) {
    this.graph = null; // see graph.js
    this.looks = looks;
    this.focus = 0;
    this.current = 0;
    this.svg = svgElement('svg');
    this.svg.setAttribute('role', 'tree');
    this.svg.setAttribute('class', 'flame');
    this.svg.addEventListener('click', (event) => this.onClick(event));
    this.svg.addEventListener('mousemove', (event) => this.looks.onCurrent(nodeAt(event) ?? -1, event));
    this.svg.addEventListener('mouseleave', () => this.looks.onCurrent(-1));
    this.svg.addEventListener('focusin', (event) => {
      const node = nodeAt(event);
      if (node !== undefined) this.looks.onCurrent(node);
    });
    this.svg.addEventListener('keydown', (event) => this.onKey(event));
  }

  // As wide as the graph's values `width`. `marked`: of each function 1 if it was searched for; null: nothing was.
  show(label, graph, marked) {
    const before = this.graph;
    if (before && before !== graph) {
      const same = before.constructor === graph.constructor;
      const moved = (node) => (same ? graph.walk(before.path(node).map((one) => before.function[one])) : 0);
      this.focus = moved(this.focus);
      this.current = moved(this.current);
    }
    this.graph = graph;
    this.widths = graph.values.width;
    this.marked = marked;
    this.svg.setAttribute('aria-label', label);
    if (this.widths[this.focus] === 0) this.focus = 0;
    this.draw();
  }

  zoom(node) {
    if (!(this.widths[node] > 0)) return;
    this.focus = node;
    this.current = node;
    this.draw();
    this.looks.onZoom(node);
  }

  layOut(width) {
    const {graph, widths, focus} = this;
    for (let narrowest = NARROWEST; ; narrowest *= 2) {
      const least = (narrowest * widths[focus]) / width;
      let frames = 0;
      const root = hierarchy(focus, (node) => {
        const shown = graph.childrenOf(node).filter((child) => widths[child] > 0 && widths[child] >= least);
        frames += shown.length;
        return shown.sort((a, b) => widths[b] - widths[a]);
      });
      if (frames > MOST_FRAMES) continue;
      root.each((place) => {
        place.value = widths[place.data];
      });
      return partition().size([width, 1])(root);
    }
  }

  draw() {
    const width = Math.max((this.svg.parentElement?.clientWidth ?? 0) - 2 * PADDING, 300);
    const above = this.focus === 0 ? [] : [0, ...this.graph.path(this.focus).slice(0, -1)];
    const root = this.layOut(width);
    const frames = above.map((node, depth) => ({node, depth, x: 0, width, ancestor: true}));
    root.each((place) => {
      frames.push({node: place.data, depth: above.length + place.depth, x: place.x0, width: place.x1 - place.x0});
    });
    this.frames = new Map(frames.map((frame) => [frame.node, frame]));
    if (!this.frames.has(this.current)) this.current = this.focus;
    const height = (above.length + root.height + 1) * ROW;
    this.svg.setAttribute('width', width);
    this.svg.setAttribute('height', height);
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);

    const groups = select(this.svg)
      .selectAll('g')
      .data(frames, (frame) => frame.node);
    groups.exit().remove();
    const entered = groups.enter().append('g').attr('role', 'treeitem');
    entered
      .append('rect')
      .attr('height', ROW - 1)
      .attr('rx', 2);
    entered
      .append('text')
      .attr('y', ROW - 6)
      .attr('x', 4)
      .attr('aria-hidden', 'true');
    const {looks} = this;
    const self = this;
    entered.merge(groups).each(function dress(frame) {
      const look = looks.style(frame.node);
      const marked = self.marked ? self.marked[self.graph.function[frame.node]] === 1 : null;
      this.setAttribute('class', frameClass(frame, look, marked));
      this.setAttribute('transform', `translate(${frame.x.toFixed(2)},${frame.depth * ROW})`);
      this.setAttribute('tabindex', frame.node === self.current ? '0' : '-1');
      this.setAttribute('aria-level', frame.depth + 1);
      this.setAttribute('aria-label', looks.describe(frame.node));
      this.firstChild.setAttribute('width', Math.max(frame.width - 1, 1).toFixed(2));
      this.firstChild.style.fill = look.fill ?? '';
      this.lastChild.textContent = fitted(looks.label(frame.node), frame.width);
    });
  }

  groupOf(node) {
    for (const group of this.svg.childNodes) {
      if (group.__data__.node === node) return group;
    }
    return null;
  }

  go(node) {
    if (!this.frames.has(node)) return;
    this.groupOf(this.current)?.setAttribute('tabindex', '-1');
    this.current = node;
    const group = this.groupOf(node);
    group.setAttribute('tabindex', '0');
    group.focus({preventScroll: true});
    group.scrollIntoView({block: 'nearest', inline: 'nearest'});
  }

  onClick(event) {
    const node = nodeAt(event);
    if (node === undefined) return;
    this.zoom(node);
    this.go(node);
  }

  onKey(event) {
    const {graph, current} = this;
    const beside = (step) => {
      const row = [...this.frames.values()].filter((frame) => frame.depth === this.frames.get(current).depth);
      row.sort((a, b) => a.x - b.x);
      return row[row.findIndex((frame) => frame.node === current) + step]?.node;
    };
    const drawn = graph.childrenOf(current).filter((child) => this.frames.has(child));
    const keys = {
      ArrowDown: () => this.go(drawn.sort((a, b) => this.widths[b] - this.widths[a])[0]),
      ArrowUp: () => this.go(graph.parent[current]),
      ArrowLeft: () => this.go(beside(-1)),
      ArrowRight: () => this.go(beside(1)),
      Home: () => this.go(0),
      Enter: () => this.enter(current),
      ' ': () => this.enter(current),
      Escape: () => this.enter(Math.max(graph.parent[this.focus], 0)),
    };
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  }

  enter(node) {
    this.zoom(node);
    this.go(node);
  }
}

function nodeAt(event) {
  return event.target.closest?.('g')?.__data__?.node;
}

function frameClass(frame, look, marked) {
  const names = ['frame', look.kind];
  if (frame.ancestor) names.push('ancestor');
  if (marked !== null) names.push(marked ? 'match' : 'other');
  return names.join(' ');
}

function fitted(text, width) {
  if (width < LABEL_FROM) return '';
  const letters = Math.floor((width - 8) / LETTER);
  return text.length <= letters ? text : `${text.slice(0, Math.max(letters - 1, 0))}…`;
}
