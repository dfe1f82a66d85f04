import { expect, it } from 'vitest';
import { niceCeiling, plotOf } from './plot.ts';
import type { BlackFriday, Second } from './record.ts';
import { courseTable, failuresOf, faultsTable } from './table.ts';

const second = (at: number, more: Partial<Second> = {}): Second => ({
  at,
  sent: 10,
  ok: 10,
  failed: {},
  p50: 12,
  p95: 80,
  waiting: 0,
  connections: 8,
  lockWaits: 0,
  held: 0,
  ...more,
});
const record: BlackFriday = {
  seed: 7,
  speed: 2,
  requestsPerMinute: 600,
  phases: [
    { name: 'warm-up', from: 0, to: 10 },
    { name: 'peak <&>', from: 10, to: 20 },
  ],
  faults: [{ name: 'bus-away', strength: 1, from: 12, to: 15 }],
  seconds: Array.from({ length: 20 }, (_, at) =>
    second(
      at,
      at === 13 ? { failed: { 'internal-error': 2, 'http-503': 1 }, ok: 7 } : at === 14 ? { sent: 0, ok: 0, p50: null, p95: null } : {},
    ),
  ),
};

it('The table has each step with its phase, rate, failures and faults', () => {
  const lines = courseTable(record).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toBe('| 0–10 | warm-up | 10.0 | – | 12 | 80 | 0 | – |');
  expect(lines[3]).toBe('| 10–20 | peak <&> | 9.0 | 2 internal-error, 1 http-503 | 12 | 80 | 0 | bus-away |');
});

it('A fault’s row has what failed while it was on', () => {
  expect(faultsTable(record)).toContain('| bus-away | 1 | 12.0–15.0 | 2 internal-error, 1 http-503 | 80 | 0 |');
  expect(failuresOf(record.seconds)).toEqual({ 'internal-error': 2, 'http-503': 1 });
});

it('The picture is well-formed, says in words what it shows, and takes nothing from elsewhere', () => {
  const svg = plotOf(record);
  expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="title desc">/);
  expect(svg).toContain('<desc id="desc">190 requests in 20 seconds');
  expect(svg).toContain('peak &lt;&amp;&gt;');
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/<script|href|url\(|NaN|undefined|Infinity|http:/);
  const opened = [...svg.matchAll(/<(svg|title|desc|style|text)[ >]/g)].length;
  expect([...svg.matchAll(/<\/(svg|title|desc|style|text)>/g)]).toHaveLength(opened);
});

it('A second without answers is a gap in the line of times, not a fast one', () => {
  const p95 = /<path class="line" d="([^"]*)" stroke="var\(--p95\)"/.exec(plotOf(record))?.[1] ?? '';
  expect(p95.match(/M/g)).toHaveLength(2);
});

it('The picture of nothing is a picture', () => {
  expect(plotOf({ ...record, seconds: [], faults: [] })).not.toMatch(/NaN|Infinity/);
});

it('An axis ends at a round number', () => {
  expect([1, 3, 7, 11, 130, 501].map(niceCeiling)).toEqual([1, 5, 10, 20, 200, 1000]);
});
