// How the pages of traces write what they show.

import { make } from '../pages/dom.js';

/** 0.42 ms, 12.3 ms, 1.25 s, 4 min 10 s */
export function duration(ms) {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 1_000) return `${ms.toFixed(1)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** The time of day to a thousandth of a second: log lines of one request differ by less than a second. */
export const moment = (instant) =>
  new Date(instant).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hour12: false,
  });

/** The badges of a trace or a hop: its status of HTTP, and whether it failed. */
export function outcome({ status, failed }) {
  const badges = [];
  if (status) badges.push(make('span', { className: status >= 500 ? 'badge failed' : 'badge', text: String(status) }));
  if (failed) badges.push(make('span', { className: 'badge failed', text: 'failed' }));
  return badges;
}
