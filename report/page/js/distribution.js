// How the calls of one operation differ: a histogram of what single calls cost, and its quantiles.
import {choice, el, replaceChildren} from './dom.js';
import {count, percent, size} from './format.js';
import {barChart} from './charts.js';
import {onTheme} from './theme.js';

const METRICS = [
  ['allocations', 'Allocations', count],
  ['bytes', 'Bytes', size],
  ['temporary', 'Temporary', count],
  ['peak', 'Peak', size],
  ['net', 'Left live', size],
];

export class Distribution {
  constructor(operations) {
    this.operations = operations;
    this.metric = 'allocations';
    this.title = el('h3', {});
    this.quantiles = el('dl', {class: 'quantiles'});
    this.chart = el('div', {class: 'chart'});
    this.summary = el('p', {class: 'hint'});
    this.element = el(
      'div',
      {},
      this.title,
      choice(
        'Per call',
        METRICS.map(([id, name]) => [id, name]),
        this.metric,
        (metric) => {
          this.metric = metric;
          this.show(this.index);
        },
      ),
      this.quantiles,
      this.chart,
      this.summary,
    );
    onTheme(() => this.index !== undefined && this.show(this.index));
  }

  show(index) {
    this.index = index;
    const operation = this.operations[index];
    const figures = operation[this.metric];
    const [, name, format] = METRICS.find(([id]) => id === this.metric);
    this.title.textContent = `Calls of ${operation.name}`;
    replaceChildren(
      this.quantiles,
      operation.count === 0
        ? []
        : ['min', 'p50', 'mean', 'p99', 'max'].map((statistic) =>
            el('div', {}, el('dt', {}, statistic), el('dd', {}, figures[statistic][0])),
          ),
    );
    const histogram = figures.histogram ?? [];
    this.chart.hidden = histogram.length === 0;
    this.summary.textContent =
      operation.count === 0
        ? 'No call was measured.'
        : `${percent(figures.share * operation.count, operation.count)} of ${count(operation.count)} calls have any.`;
    if (histogram.length === 0) return;
    barChart(this.chart, {
      label: `${name} per call of ${operation.name}: how many calls have how much`,
      bars: histogram.map(([from, to, calls]) => ({from, to, value: calls})),
      format,
      noun: 'calls',
    });
  }
}
