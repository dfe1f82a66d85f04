/** The tables of npm run finops, as lines. */
import { monthlyUsd } from '#functions/ops/lib/monthly-usd.ts';
import { type Compared, totals } from './compare.ts';
import type { Advice } from './right-memory.ts';

/** What the system that this one came from printed, USD a month: db.t3.medium and cache.t3.small against db.t4g.micro and cache.t4g.micro. */
export const sourceSystem = { deployed: 189, ideal: 66, savings: 123 } as const;

export const usd = (amount: number): string => amount.toFixed(2);

/** Texts in columns; numbers stand at the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const isNumber = (text: string) => /^-?[\d.,]+$/.test(text);
  return rows.map((row) =>
    row
      .map((text, i) => (isNumber(text) ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Deployed, ideal and savings of each resource, and their sums. Rows that cost nothing either way are left out. */
export function comparisonRows(items: readonly Compared[], requests: number): string[][] {
  const rows = items.flatMap(({ resource, deployed, ideal }) => {
    const [now, then] = [monthlyUsd(deployed.meters, requests), monthlyUsd(ideal.meters, requests)];
    if (now < 0.005 && then < 0.005) return [];
    return [
      [resource, deployed.detail, ideal.detail === deployed.detail ? 'the same' : ideal.detail, usd(now), usd(then), usd(now - then)],
    ];
  });
  const { deployed, ideal } = totals(items, requests);
  const { deployed: theirs, ideal: right, savings } = sourceSystem;
  return [
    ['Resource', 'Deployed', 'Ideal', 'USD', 'ideal', 'savings'],
    ...rows,
    ['Sum', '', '', usd(deployed), usd(ideal), usd(deployed - ideal)],
    ['The source system', 'db.t3.medium, cache.t3.small', 'db.t4g.micro, cache.t4g.micro', usd(theirs), usd(right), usd(savings)],
  ];
}

/** What to do about each function's memory, and what a million invocations cost at other sizes. */
export function memoryLines(advice: readonly Advice[]): string[] {
  const rows = advice.map(({ name, invocations, memoryMb, usedMb, billedMs, suggestedMb, why }) => [
    name,
    String(invocations),
    String(memoryMb),
    String(usedMb),
    billedMs.toFixed(0),
    String(suggestedMb),
    why,
  ]);
  const changed = advice.filter(({ memoryMb, suggestedMb }) => memoryMb !== suggestedMb);
  return [
    ...columns([['Function', 'calls', 'MB', 'used', 'ms', 'better', 'why'], ...rows]),
    ...changed.flatMap(({ name, costs }) => [
      '',
      `${name}, USD for a million invocations (as long as now … as long as its share of a processor makes it):`,
      ...costs.map(({ mb, waiting, computing }) => `  ${String(mb).padStart(5)} MB  ${usd(waiting)} … ${usd(computing)}`),
    ]),
  ];
}
