// The two charts of the page, drawn by uPlot in the colours of the theme. What a chart shows can be had as text, too:
// its label says what it is, and what it is about stands beside it in figures.
import uPlot from 'uplot';

import {color, replaceChildren} from './dom.js';
import {count} from './format.js';

const POWERS = Array.from({length: 60}, (_, power) => 2 ** power); // steps of an axis of sizes

function axis(format, options = {}) {
  return {
    stroke: color('muted'),
    grid: {stroke: color('line'), width: 1},
    ticks: {stroke: color('line'), width: 1},
    font: '11px system-ui, sans-serif',
    values: (_, values) => values.map((value) => (value === null ? '' : format(value))),
    ...options,
  };
}

// A chart that fills its place and stays so; the one that was there goes.
function place(element, label, make) {
  element.chart?.destroy();
  element.observer?.disconnect();
  replaceChildren(element);
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label);
  const width = () => Math.max(element.clientWidth, 200);
  element.chart = make(width());
  element.observer = new ResizeObserver(() => {
    if (element.chart.width !== width()) element.chart.setSize({width: width(), height: element.chart.height});
  });
  element.observer.observe(element);
  return element.chart;
}

// `bars`: {from, to, value}, in order. They stand side by side, alike in width: values of one call may lie far apart.
export function barChart(element, {label, bars, format, noun}) {
  const text = ({from, to}) => (from === to ? format(from) : `${format(from)} - ${format(to)}`);
  const most = Math.max(...bars.map((bar) => bar.value));
  return place(
    element,
    label,
    (width) =>
      new uPlot(
        {
          width,
          height: 160,
          cursor: {y: false, points: {show: false}},
          legend: {show: true, live: true},
          scales: {x: {time: false, range: [-0.6, bars.length - 0.4]}, y: {range: [0, most * 1.08]}},
          axes: [
            axis((at) => (Number.isInteger(at) && bars[at] ? format(bars[at].from) : ''), {
              grid: {show: false},
              incrs: POWERS,
              size: 30,
            }),
            axis(count, {size: 64}),
          ],
          series: [
            {label: 'per call', value: (_, at) => (at === null || !bars[at] ? '' : text(bars[at]))},
            {
              label: noun,
              fill: color('accent'),
              stroke: color('accent'),
              width: 0,
              points: {show: false},
              paths: uPlot.paths.bars({size: [0.8, 60]}),
              value: (_, value) => (value === null ? '' : count(value)),
            },
          ],
        },
        [bars.map((_, index) => index), bars.map((bar) => bar.value)],
        element,
      ),
  );
}

// `points`: times in seconds, and for each how much was live. `peak`: {time, value}. `marks`: times that can be chosen;
// `onPick(time)`. `chosen()` says which one is.
export function timeChart(element, {label, times, live, most, peak, chosen, onPick, format, formatTime}) {
  const dot = (plot, time, value, name, radius) => {
    const {ctx} = plot;
    const x = plot.valToPos(time, 'x', true);
    const y = plot.valToPos(value, 'y', true);
    ctx.fillStyle = color(name);
    ctx.beginPath();
    ctx.arc(x, y, radius * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
    return [x, y];
  };
  const overlay = (plot) => {
    const {ctx} = plot;
    ctx.save();
    const [x, y] = dot(plot, peak.time, peak.value, 'more', 4.5);
    ctx.fillStyle = color('ink');
    ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
    const text = `peak ${format(peak.value)}`;
    const half = ctx.measureText(text).width / 2;
    ctx.textAlign = 'center';
    const middle = Math.min(Math.max(x, plot.bbox.left + half), plot.bbox.left + plot.bbox.width - half);
    ctx.fillText(text, middle, y - 9 * devicePixelRatio);
    const at = chosen();
    if (at) {
      ctx.strokeStyle = color('accent');
      ctx.lineWidth = 1.5 * devicePixelRatio;
      const line = plot.valToPos(at.time, 'x', true);
      ctx.beginPath();
      ctx.moveTo(line, plot.bbox.top);
      ctx.lineTo(line, plot.bbox.top + plot.bbox.height);
      ctx.stroke();
      dot(plot, at.time, at.value, 'accent', 4);
    }
    ctx.restore();
  };
  const chart = place(
    element,
    label,
    (width) =>
      new uPlot(
        {
          width,
          height: 240,
          cursor: {y: false, drag: {x: false, y: false}},
          legend: {show: true, live: true},
          scales: {x: {time: false}, y: {range: (_, low, high) => [0, Math.max(high, peak.value) * 1.2 || 1]}},
          axes: [axis(formatTime, {size: 30}), axis(format, {size: 76, incrs: POWERS})],
          series: [
            {label: 'time', value: (_, value) => (value === null ? '' : formatTime(value))},
            {
              label: 'live',
              stroke: color('accent'),
              fill: color('accent-soft'),
              width: 1.5,
              points: {show: false},
              value: (_, value) => (value === null ? '' : format(value)),
            },
            {
              label: 'highest since the point before',
              stroke: color('more'),
              width: 1,
              dash: [3, 3],
              points: {show: false},
              value: (_, value) => (value === null ? '' : format(value)),
            },
          ],
          hooks: {draw: [overlay]},
        },
        [times, live, most],
        element,
      ),
  );
  chart.over.addEventListener('click', (event) => {
    const box = chart.over.getBoundingClientRect();
    onPick(chart.posToVal(event.clientX - box.left, 'x'));
  });
  return chart;
}
