// What can be counted of a site, once: the columns of the data, their names, and how their numbers are written.
import {count, size} from './format.js';

const METRICS = [
  {
    id: 'allocations',
    column: 'allocations',
    name: 'Allocations',
    noun: 'allocations',
    format: count,
    total: 'allocations',
  },
  {id: 'bytes', column: 'bytes', name: 'Bytes', noun: 'requested', format: size, total: 'bytes'},
  {id: 'temporary', column: 'temporary', name: 'Temporary', noun: 'temporary', format: count, total: 'temporary'},
  {id: 'peak', column: 'peak_bytes', name: 'Peak', noun: 'live at the peak', format: size, total: 'peak_bytes'},
  {id: 'leaked', column: 'leaked_bytes', name: 'Leaked', noun: 'leaked', format: size, total: 'leaked_bytes'},
];

// Those that the data has.
export function metricsOf(profile) {
  return METRICS.filter((metric) => profile.sites[metric.column] !== undefined);
}
