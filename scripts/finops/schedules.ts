const minutesPerMonth = 730 * 60;
const minutesOf = { minute: 1, hour: 60, day: 24 * 60 } as const;

/** How often a schedule runs a month. `rate(5 minutes)`; a `cron(…)` of ours runs at most once a day. @throws Error at another one */
export function runsPerMonth(expression: string): number {
  const [, n, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit !== undefined) return minutesPerMonth / (Number(n) * minutesOf[unit as keyof typeof minutesOf]);
  if (/^cron\(\d+ \d+ /.test(expression)) return minutesPerMonth / minutesOf.day;
  throw new Error(`${expression} is a schedule that scripts/finops/schedules.ts cannot count`);
}
