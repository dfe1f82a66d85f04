import type { Group, Measured, Report } from './measure.ts';

export interface Goal {
  what: string;
  is: string;
  goal: string;
  reached: boolean;
}

interface Grown extends Report {
  size: number;
  productsPerSecond: number;
}

/** Less than this is noise, not growth: twice as long as half a millisecond is still nothing. */
const noiseMs = 2;

/**
 * What was asked of growth, and what came of it: the largest shop beside the smallest. A goal is missed where requests that it is about failed, however
 * fast the others were. What was not measured has no goal.
 */
export function growthGoals(shops: readonly Grown[]): Goal[] {
  const [small, large] = [shops[0], shops.at(-1)];
  if (!small || !large) return [];
  const of = ({ classes }: Report, group: Group) => classes.filter((each) => each.group === group);
  const failures = (group: Group) => shops.flatMap((shop) => of(shop, group).flatMap(({ failed }) => failed)).length;
  /** Not a number: nothing answered, which is a miss. */
  const about = (
    group: Group,
    what: string,
    { is, unit, goal, most }: { is: number; unit: (is: number) => string; goal: string; most: number },
  ) => {
    if (of(large, group).length === 0) return [];
    const failed = failures(group);
    return [{ what, is: failed > 0 ? `${failed} failed` : unit(is), goal, reached: failed === 0 && is <= most }];
  };
  /** The mix: each class of requests as often as the others, so its p95 is that of all their times together. */
  const p95 = (shop: Report, group: Group) => {
    const times = of(shop, group)
      .flatMap(({ times }) => times)
      .sort((a, b) => a - b);
    return times[Math.min(times.length - 1, Math.floor(times.length * 0.95))] ?? Number.NaN;
  };
  const ratio = (what: string, group: Group, most: number): Goal[] => {
    if (small === large) return [];
    const [before, after] = [p95(small, group), p95(large, group)];
    return about(group, `${what}: p95 ${before.toFixed(1)} → ${after.toFixed(1)} ms`, {
      is: after / Math.max(noiseMs, before),
      unit: (is) => `× ${is.toFixed(2)}`,
      goal: `≤ ${most}`,
      most,
    });
  };
  const worst = (group: Group, what: string, most: number, value: (of: Measured['database']) => number): Goal[] =>
    about(group, what, {
      is: Math.max(...of(large, group).map(({ database }) => value(database))),
      unit: (is) => `${is.toFixed(most < 100 ? 1 : 0)} ms`,
      goal: `≤ ${most} ms`,
      most,
    });
  const all = shops.flatMap(({ classes }) => classes.flatMap(({ failed }) => failed)).length;
  return [
    ...ratio('search mix', 'search', 2),
    ...ratio('search in price bands', 'price band', 3),
    ...ratio('lists', 'list', 1.5),
    ...ratio('detail', 'detail', 1.5),
    ...ratio('recommendations', 'recommendations', 1.5),
    ...ratio('checkout', 'checkout', 1.5),
    ...ratio('lists of orders', 'orders', 1.5),
    ...worst('suggest', 'suggestions, slowest p95 of a class', 10, ({ p95 }) => p95),
    ...worst('hostile', 'slowest statement of hostile input', 300, ({ slowest }) => slowest.ms),
    {
      what: 'products imported a second',
      is: String(large.productsPerSecond),
      goal: '≥ 4000',
      reached: large.productsPerSecond >= 4_000,
    },
    ...(of(large, 'checkout').length > 0
      ? [
          {
            what: 'stock changes that touch no index (HOT)',
            is: `${(100 * large.hot).toFixed(0)} %`,
            goal: '≥ 95 %',
            reached: large.hot >= 0.95,
          },
        ]
      : []),
    { what: 'requests not answered as they should be', is: String(all), goal: '0', reached: all === 0 },
  ];
}
