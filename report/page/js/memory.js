// Live memory over time: the curve, its peak, and whose blocks were live at a moment.
import {el, replaceChildren, section} from './dom.js';
import {count, percent, plural, seconds, size} from './format.js';
import {timeChart} from './charts.js';
import {onTheme} from './theme.js';

const FEW = 15; // sites of a snapshot that are shown without being asked for more

export class MemoryView {
  constructor(model, onSite) {
    const {memory} = model.profile;
    this.memory = memory;
    this.model = model;
    this.onSite = onSite;
    this.chart = el('div', {class: 'chart'});
    this.moment = el('p', {class: 'moment', role: 'status'});
    this.list = el('ol', {class: 'live'});
    const last = memory.snapshots.length - 1;
    this.slider = el('input', {
      type: 'range', id: 'moment', min: 0, max: Math.max(last, 0), value: 0, step: 1, 'aria-label': 'Moment', oninput: () => this.pick(Number(this.slider.value)),
    });
    this.element = section('memory', 'Live memory',
      el('p', {class: 'hint'}, 'What was requested and not yet freed. Click on the curve, or move the slider, to see whose blocks were live then.'),
      this.chart, el('div', {class: 'moments'}, this.slider), this.moment, this.list, this.atPeak());
    this.snapshot = this.nearest(memory.peak.time);
    onTheme(() => this.mounted && this.draw());
  }

  atPeak() {
    const {peak} = this.memory;
    const parts = [`The peak of ${size(peak.bytes)} in ${plural(peak.blocks, 'block', 'blocks')} was at ${seconds(peak.time)}.`];
    if (peak.short_lived_bytes > 0) {
      parts.push(`${size(peak.short_lived_bytes)} of it were in blocks that lived too shortly to be told of a site.`);
    }
    if (peak.at_least !== peak.at_most) parts.push(`It was between ${size(peak.at_least)} and ${size(peak.at_most)}: threads overlap.`);
    return el('p', {class: 'hint'}, parts.join(' '));
  }

  mount() {
    this.mounted = true;
    this.draw();
    this.pick(this.snapshot);
  }

  draw() {
    const {points, peak} = this.memory;
    this.plot = timeChart(this.chart, {
      label: `Live memory over ${seconds(points.time[points.time.length - 1] ?? 0)}, peak ${size(peak.bytes)} at ${seconds(peak.time)}`,
      times: points.time, live: points.live_bytes, most: points.most_bytes, peak: {time: peak.time, value: peak.bytes},
      chosen: () => this.chosenPoint(), onPick: (time) => this.pick(this.nearest(time)), format: size, formatTime: seconds,
    });
  }

  pointOf(snapshot) {
    return this.memory.snapshots[snapshot]?.point;
  }

  chosenPoint() {
    const point = this.pointOf(this.snapshot);
    if (point === undefined) return null;
    return {time: this.memory.points.time[point], value: this.memory.points.live_bytes[point]};
  }

  nearest(time) {
    let best = 0;
    this.memory.snapshots.forEach((_, index) => {
      const distance = (one) => Math.abs(this.memory.points.time[this.pointOf(one)] - time);
      if (distance(index) < distance(best)) best = index;
    });
    return best;
  }

  pick(snapshot) {
    this.snapshot = snapshot;
    this.slider.value = snapshot;
    this.plot?.redraw(false);
    const taken = this.memory.snapshots[snapshot];
    if (!taken) {
      this.moment.textContent = 'No moment was kept.';
      return;
    }
    const {points} = this.memory;
    const live = points.live_bytes[taken.point];
    const end = taken.point === points.time.length - 1;
    const when = `${seconds(points.time[taken.point])}${end ? ', the end: what leaked' : ''}`;
    this.slider.setAttribute('aria-valuetext', when);
    this.moment.textContent = `At ${when}: ${size(live)} in ${plural(points.live_blocks[taken.point], 'block', 'blocks')}.`;
    this.showSites(taken, live, FEW);
  }

  showSites(taken, live, most) {
    const items = taken.sites.slice(0, most).map(([row, blocks, bytes]) => {
      const bar = el('div', {class: 'bar', 'aria-hidden': 'true'}, el('div', {}));
      bar.firstChild.style.width = `${live > 0 ? (100 * bytes) / live : 0}%`;
      const site = this.model.siteName(row);
      return el('li', {},
        el('button', {type: 'button', class: 'link', onclick: () => this.onSite(row)}, site.name), el('span', {class: 'position'}, site.position),
        bar, el('span', {class: 'amount'}, `${size(bytes)}, ${percent(bytes, live)}, ${count(blocks)} ${blocks === 1 ? 'block' : 'blocks'}`));
    });
    const more = taken.sites.length - items.length;
    const others = taken.all - taken.sites.length;
    const left = live - taken.sites.reduce((sum, [, , bytes]) => sum + bytes, 0);
    replaceChildren(this.list, items, more > 0 ? el('li', {class: 'rest'}, el('button', {
      type: 'button', class: 'more', onclick: () => this.showSites(taken, live, taken.sites.length),
    }, `Show ${count(more)} more`)) : null,
    more <= 0 && others > 0 ? el('li', {class: 'rest note'}, `and ${plural(others, 'site', 'sites')} with less: ${size(left)}`) : null);
  }
}
