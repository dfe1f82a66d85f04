import type { Group, Report } from './measure.ts';

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

/** What was asked of growth, and what came of it: the largest shop beside the smallest. */
export function growthGoals(shops: readonly Grown[]): Goal[] {
  const [small, large] = [shops[0], shops.at(-1)];
  if (!small || !large) return [];
  const of = ({ classes }: Report, group: Group) => classes.filter((each) => each.group === group);
  const worst = (shop: Report, group: Group) => Math.max(...of(shop, group).map(({ database }) => database.p95));
  /** The mix: each class of requests as often as the others, so its p95 is that of all their times together. */
  const p95 = (shop: Report, group: Group) => {
    const times = of(shop, group)
      .flatMap(({ times }) => times)
      .sort((a, b) => a - b);
    return times[Math.min(times.length - 1, Math.floor(times.length * 0.95))] ?? Number.NaN;
  };
  const ratio = (what: string, group: Group, most: number): Goal[] => {
    if (small === large || of(large, group).length === 0) return [];
    const [before, after] = [p95(small, group), p95(large, group)];
    const times = after / Math.max(noiseMs, before);
    return [
      {
        what: `${what}: p95 ${before.toFixed(1)} → ${after.toFixed(1)} ms`,
        is: `× ${times.toFixed(2)}`,
        goal: `≤ ${most}`,
        reached: times <= most,
      },
    ];
  };
  const slowest = Math.max(...large.classes.filter(({ group }) => group === 'hostile').map(({ database }) => database.slowest.ms));
  const failures = shops.flatMap(({ classes }) => classes.flatMap(({ failed }) => failed)).length;
  return [
    ...ratio('search mix', 'search', 2),
    ...ratio('search in price bands', 'price band', 3),
    ...ratio('lists', 'list', 1.5),
    ...ratio('detail', 'detail', 1.5),
    ...ratio('recommendations', 'recommendations', 1.5),
    ...ratio('checkout', 'checkout', 1.5),
    ...ratio('lists of orders', 'orders', 1.5),
    ...(of(large, 'suggest').length > 0
      ? [
          {
            what: 'suggestions, slowest p95 of a class',
            is: `${worst(large, 'suggest').toFixed(1)} ms`,
            goal: '≤ 10 ms',
            reached: worst(large, 'suggest') <= 10,
          },
        ]
      : []),
    ...(Number.isFinite(slowest)
      ? [{ what: 'slowest statement of hostile input', is: `${slowest.toFixed(0)} ms`, goal: '≤ 300 ms', reached: slowest <= 300 }]
      : []),
    {
      what: 'products imported a second',
      is: String(large.productsPerSecond),
      goal: '≥ 4000',
      reached: large.productsPerSecond >= 4_000,
    },
    ...(Number.isFinite(large.hot)
      ? [
          {
            what: 'stock changes that touch no index (HOT)',
            is: `${(100 * large.hot).toFixed(0)} %`,
            goal: '≥ 95 %',
            reached: large.hot >= 0.95,
          },
        ]
      : []),
    { what: 'requests not answered as they should be', is: String(failures), goal: '0', reached: failures === 0 },
  ];
}
