/** What sales can be added up by. Steps begin at full minutes, hours and days in UTC. */
export const salesSteps = ['minute', 'hour', 'day'] as const;
export type SalesStep = (typeof salesSteps)[number];

/** The most steps that one answer lists: a day of minutes, two months of hours, four years of days. */
export const mostSteps = 1_500;

const msOf = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const satisfies Record<SalesStep, number>;

/** A time span and what it is divided into. `from` and `to` are ISO 8601 with an offset. */
export interface SalesRange {
  from: string;
  to: string;
  step: SalesStep;
}

/** How many steps a range touches; those at its ends count in full. */
export function countSteps({ from, to, step }: SalesRange): number {
  const ms = msOf[step];
  return Math.ceil(Date.parse(to) / ms) - Math.floor(Date.parse(from) / ms);
}

/** The beginning of each step that a range touches, in order: a chart needs those without sales too. */
export function stepStarts(range: SalesRange): Date[] {
  const ms = msOf[range.step];
  const first = Math.floor(Date.parse(range.from) / ms) * ms;
  return Array.from({ length: countSteps(range) }, (_, i) => new Date(first + i * ms));
}
