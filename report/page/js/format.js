// Numbers for a person, in the manner of the text report.

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

export function count(value) {
  return Math.round(value).toLocaleString('en-US');
}

export function size(bytes) {
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit + 1 < SIZES.length) {
    value /= 1024;
    ++unit;
  }
  return `${unit === 0 ? count(value) : value.toFixed(1)} ${SIZES[unit]}`;
}

// "64 %", "<1 %", ">99 %"; "-" of nothing.
export function percent(part, whole) {
  if (!whole) return '-';
  const share = (100 * part) / whole;
  if (share > 0 && share < 1) return '<1 %';
  if (share > 99 && share < 100) return '>99 %';
  return `${Math.round(share)} %`;
}

export function seconds(value) {
  const three = (scaled) => Number(scaled.toPrecision(3)).toLocaleString('en-US');
  if (value === 0) return '0 s';
  if (value >= 1) return `${three(value)} s`;
  if (value >= 1e-3) return `${three(value * 1e3)} ms`;
  return `${three(value * 1e6)} us`;
}

// A function's name without as many of its outer scopes as it takes to have so many letters: its end says most.
export function inner(name, letters) {
  if (name.length <= letters) return name;
  let depth = 0;
  let last = name;
  for (let at = 0; at < name.length - 2; ++at) {
    if ('<({'.includes(name[at])) ++depth;
    if ('>)}'.includes(name[at])) --depth;
    const scope = depth === 0 && name[at] === ':' && name[at + 1] === ':';
    if (!scope) continue;
    last = `…${name.slice(at + 2)}`;
    if (last.length <= letters) break;
  }
  return last;
}

// With a sign that is no letter's dash: "+12", "−3", "±0".
export function signed(value, format) {
  if (value === 0) return '±0';
  return (value > 0 ? '+' : '−') + format(Math.abs(value));
}

// "+25 %", "new", "gone", "±0".
export function change(before, after) {
  if (before === after) return '±0';
  if (before === 0) return 'new';
  if (after === 0) return 'gone';
  const share = (100 * (after - before)) / before;
  if (Math.abs(share) < 1) return share > 0 ? '<+1 %' : '>−1 %';
  if (share < -99) return `−${(Math.trunc(-share * 10) / 10).toFixed(1)} %`;
  return signed(Math.round(share), (value) => `${count(value)} %`);
}

export function plural(value, one, many) {
  return `${count(value)} ${value === 1 ? one : many}`;
}
