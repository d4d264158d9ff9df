// Live memory over time: the curve, its peak, and whose blocks were live at a moment.
import {el, replaceChildren, section} from './dom.js';
import {count, percent, plural, seconds, size} from './format.js';
import {timeChart} from './charts.js';
import {onTheme} from './theme.js';

const MOST = 100; // sites of the peak that can be shown
const FEW = 15; // sites of a moment that are shown without being asked for more

export class MemoryView {
  constructor(model, onSite) {
    const {memory} = model.profile;
    this.memory = memory;
    this.model = model;
    this.onSite = onSite;
    this.chart = el('div', {class: 'chart'});
    this.moment = el('p', {class: 'moment', role: 'status'});
    this.list = el('ol', {class: 'live'});
    this.moments = momentsOf(model.profile);
    this.slider = el('input', {
      type: 'range',
      id: 'moment',
      min: 0,
      max: this.moments.length - 1,
      value: 0,
      step: 1,
      'aria-label': 'Moment',
      oninput: () => this.pick(Number(this.slider.value)),
    });
    this.element = section(
      'memory',
      'Live memory',
      el(
        'p',
        {class: 'hint'},
        'What was requested and not yet freed. Click on the curve, or move the slider, to see whose blocks were live then.',
      ),
      this.chart,
      el('div', {class: 'moments'}, this.slider),
      this.moment,
      this.list,
      this.atPeak(),
    );
    this.chosen = this.moments.findIndex((moment) => moment.peak);
    onTheme(() => this.mounted && this.draw());
  }

  atPeak() {
    const {peak} = this.memory;
    const parts = [
      `The peak of ${size(peak.bytes)} in ${plural(peak.blocks, 'block', 'blocks')} was at ${seconds(peak.time)}.`,
    ];
    if (peak.short_lived_bytes > 0) {
      parts.push(`${size(peak.short_lived_bytes)} of it were in blocks that lived too shortly to be told of a site.`);
    }
    if (peak.at_least !== peak.at_most)
      parts.push(`It was between ${size(peak.at_least)} and ${size(peak.at_most)}: threads overlap.`);
    return el('p', {class: 'hint'}, parts.join(' '));
  }

  mount() {
    this.mounted = true;
    this.draw();
    this.pick(this.chosen);
  }

  draw() {
    const {points, peak} = this.memory;
    const end = seconds(points.time[points.time.length - 1]);
    this.plot = timeChart(this.chart, {
      label: `Live memory over ${end}, peak ${size(peak.bytes)} at ${seconds(peak.time)}`,
      times: points.time,
      live: points.live_bytes,
      most: points.most_bytes,
      peak: {time: peak.time, value: peak.bytes},
      chosen: () => ({time: this.moments[this.chosen].time, value: this.moments[this.chosen].bytes}),
      onPick: (time) => this.pick(this.nearest(time)),
      format: size,
      formatTime: seconds,
    });
  }

  nearest(time) {
    const distance = (index) => Math.abs(this.moments[index].time - time);
    return this.moments.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0);
  }

  pick(index) {
    this.chosen = index;
    this.slider.value = index;
    this.plot?.redraw(false);
    const moment = this.moments[index];
    const when = `${seconds(moment.time)}${moment.note}`;
    this.slider.setAttribute('aria-valuetext', when);
    this.moment.textContent = `At ${when}: ${size(moment.bytes)} in ${plural(moment.blocks, 'block', 'blocks')}.`;
    this.showSites(moment, FEW);
  }

  showSites(moment, most) {
    const items = moment.sites.slice(0, most).map(([row, blocks, bytes]) => {
      const bar = el('div', {class: 'bar', 'aria-hidden': 'true'}, el('div', {}));
      bar.firstChild.style.width = `${moment.bytes > 0 ? (100 * bytes) / moment.bytes : 0}%`;
      const site = this.model.siteName(row);
      return el(
        'li',
        {},
        el('button', {type: 'button', class: 'link', onclick: () => this.onSite(row)}, site.name),
        el('span', {class: 'position', title: site.position}, site.position.slice(site.position.lastIndexOf('/') + 1)),
        bar,
        el(
          'span',
          {class: 'amount'},
          `${size(bytes)}, ${percent(bytes, moment.bytes)}, ${plural(blocks, 'block', 'blocks')}`,
        ),
      );
    });
    const more = moment.sites.length - items.length;
    const others = moment.all - moment.sites.length;
    replaceChildren(
      this.list,
      items,
      more > 0
        ? el(
            'li',
            {class: 'rest'},
            el(
              'button',
              {
                type: 'button',
                class: 'more',
                onclick: () => this.showSites(moment, moment.sites.length),
              },
              `Show ${count(more)} more`,
            ),
          )
        : null,
      more <= 0 && others > 0
        ? el('li', {class: 'rest note'}, `and ${plural(others, 'site', 'sites')} with less`)
        : null,
    );
  }
}

// Moments whose sites are known, in order of time, the peak among them.
function momentsOf({memory, sites}) {
  const {points, snapshots, peak} = memory;
  const last = points.time.length - 1;
  const moments = snapshots.map(({point, all, sites: live}) => ({
    time: points.time[point],
    bytes: points.live_bytes[point],
    blocks: points.live_blocks[point],
    all,
    sites: live,
    note: point === last ? ', the end: what leaked' : '',
    peak: false,
  }));
  const atPeak = sites.peak_bytes
    .map((bytes, row) => [row, sites.peak_blocks[row], bytes])
    .filter(([, blocks]) => blocks > 0);
  atPeak.sort((a, b) => b[2] - a[2]);
  moments.push({
    time: peak.time,
    bytes: peak.bytes,
    blocks: peak.blocks,
    all: atPeak.length,
    sites: atPeak.slice(0, MOST),
    note: ', the peak',
    peak: true,
  });
  return moments.sort((a, b) => a.time - b.time);
}
