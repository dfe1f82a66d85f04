import { table } from '../docs/generated-part.ts';
import { percentile } from '../load/judge.ts';
import { type BlackFriday, during, type Second, sum } from './record.ts';

/** A row for every `step` seconds: phase, rate, failures by code, times, and the faults that were on. */
export function courseTable({ phases, faults, seconds }: BlackFriday, step = 10): string {
  const end = Math.max(0, ...seconds.map(({ at }) => at + 1));
  const rows: string[][] = [];
  for (let from = 0; from < end; from += step) {
    const some = seconds.filter(({ at }) => at >= from && at < from + step);
    const failed = failuresOf(some);
    rows.push([
      `${from}–${Math.min(from + step, Math.ceil(end))}`,
      during(phases, from, from + 1)[0]?.name ?? 'over',
      perSecond(some, ({ sent }) => sent),
      Object.entries(failed)
        .map(([code, count]) => `${count} ${code}`)
        .join(', ') || '–',
      typical(some, ({ p50 }) => p50),
      typical(some, ({ p95 }) => p95),
      String(Math.max(0, ...some.map(({ waiting }) => waiting))),
      during(faults, from, from + step)
        .map(({ name }) => name)
        .join(', ') || '–',
    ]);
  }
  return table(['Seconds', 'Phase', 'Requests/s', 'Failed', 'p50 ms', 'p95 ms', 'Waiting events', 'Faults'], rows);
}

/** Failures by code, of all seconds together, the most frequent first. */
export function failuresOf(seconds: readonly Second[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { failed } of seconds) for (const [code, count] of Object.entries(failed)) counts[code] = (counts[code] ?? 0) + count;
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}

/** The faults with their times, and what failed meanwhile. */
export function faultsTable({ faults, seconds }: BlackFriday): string {
  const rows = faults.map(({ name, strength, from, to }) => {
    const some = seconds.filter(({ at }) => at >= from - 1 && at < to);
    const failed = Object.entries(failuresOf(some));
    return [
      name,
      String(strength),
      `${from.toFixed(1)}–${to.toFixed(1)}`,
      failed.map(([code, count]) => `${count} ${code}`).join(', ') || 'nothing',
      typical(some, ({ p95 }) => p95),
      String(Math.max(0, ...some.map(({ waiting }) => waiting))),
    ];
  });
  return table(['Fault', 'Strength', 'Seconds', 'Failed meanwhile', 'p95 ms', 'Most waiting events'], rows);
}

export const failedIn = (seconds: readonly Second[]): number => seconds.reduce((all, { failed }) => all + sum(failed), 0);

const perSecond = (seconds: readonly Second[], count: (second: Second) => number): string =>
  seconds.length === 0 ? '–' : (seconds.reduce((all, each) => all + count(each), 0) / seconds.length).toFixed(1);

/** The median of the seconds' values: one slow second does not stand for ten. */
function typical(seconds: readonly Second[], value: (second: Second) => number | null): string {
  const known = seconds.map(value).filter((ms) => ms !== null);
  return known.length === 0
    ? '–'
    : percentile(
        known.toSorted((a, b) => a - b),
        0.5,
      ).toFixed(0);
}
