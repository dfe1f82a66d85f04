import { addTimes, type Histogram, noteTime, quantileOf } from './histogram.ts';

/** What came of a run, or of a part of it; parts add up. JSON as it is. */
export interface Figures {
  /** People who came, and those of them who found the shop's place full (`mostShoppers`) and were not sent in. */
  arrived: number;
  dropped: number;
  /** Requests. Those that are under way are neither ok nor failed yet. */
  sent: number;
  ok: number;
  failed: Record<string, number>;
  /** Times of all answers, by method and template. */
  times: Record<string, Histogram>;
}

export const noFigures = (): Figures => ({ arrived: 0, dropped: 0, sent: 0, ok: 0, failed: {}, times: {} });

/** Notes what came of a request. @param failure the code of what went wrong; undefined: nothing */
export function noteAnswer(figures: Figures, route: string, ms: number, failure: string | undefined): void {
  if (failure === undefined) figures.ok += 1;
  else figures.failed[failure] = (figures.failed[failure] ?? 0) + 1;
  figures.times[route] ??= {};
  noteTime(figures.times[route], ms);
}

/** All parts together. */
export function sumOf(parts: readonly Figures[]): Figures {
  const sum = noFigures();
  for (const part of parts) {
    for (const count of ['arrived', 'dropped', 'sent', 'ok'] as const) sum[count] += part[count];
    for (const [code, count] of Object.entries(part.failed)) sum.failed[code] = (sum.failed[code] ?? 0) + count;
    for (const [route, times] of Object.entries(part.times)) {
      sum.times[route] ??= {};
      addTimes(sum.times[route], times);
    }
  }
  return sum;
}

export interface RouteFigures {
  route: string;
  count: number;
  /** Milliseconds, off by 1 % at most. */
  p50: number;
  p95: number;
  p99: number;
}

/** Times by route, the most asked for first. */
export function byRoute({ times }: Pick<Figures, 'times'>): RouteFigures[] {
  return Object.entries(times)
    .map(([route, histogram]) => ({
      route,
      count: Object.values(histogram).reduce((sum, count) => sum + count, 0),
      p50: quantileOf(histogram, 0.5),
      p95: quantileOf(histogram, 0.95),
      p99: quantileOf(histogram, 0.99),
    }))
    .sort((one, other) => other.count - one.count || one.route.localeCompare(other.route));
}
