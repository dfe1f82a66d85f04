/** Holds the values of metrics, series by series. */
import { type Family, type FamilyName, families, type Labels } from './families.ts';

/** One line of the answer. `suffix` is what its name has behind the family's: `_total`, `_bucket` … */
export interface Sample {
  suffix: string;
  labels: Record<string, string>;
  value: number;
}

export interface Registry {
  /** Adds to a counter. */
  count<Name extends FamilyName>(name: Name, labels: Labels<Name>, by?: number): void;
  /** Sets a gauge, or a counter that is counted elsewhere. */
  set<Name extends FamilyName>(name: Name, labels: Labels<Name>, value: number): void;
  /** Adds a value to a histogram. */
  observe<Name extends FamilyName>(name: Name, labels: Labels<Name>, value: number): void;
  /** Forgets all series of a family: those that are read anew with each scrape, and may go. */
  clear(...names: FamilyName[]): void;
  /** A summary's own samples. */
  summarise(name: FamilyName, quantiles: Record<string, number>, sum: number, count: number): void;
  samplesOf(name: FamilyName): Sample[];
}

interface Series {
  labels: Record<string, string>;
  value: number;
  /** Of a histogram: how many values each bucket took, the last one's bound is infinity. */
  buckets: number[];
}

/** Series that a family has at most. No label's values are chosen by a caller; this holds should one be, one day. */
const mostSeries = 1_000;

export function createRegistry(limit = mostSeries): Registry {
  const all = new Map<FamilyName, Map<string, Series>>();
  const summaries = new Map<FamilyName, Sample[]>();

  function seriesOf(name: FamilyName, labels: Record<string, string>): Series | undefined {
    const family: Family = families[name];
    const known = all.get(name) ?? new Map<string, Series>();
    if (known.size === 0) all.set(name, known);
    const key = JSON.stringify(family.labels.map((label) => labels[label]));
    let series = known.get(key);
    if (!series && known.size < limit) {
      series = { labels, value: 0, buckets: Array((family.buckets?.length ?? 0) + 1).fill(0) };
      known.set(key, series);
    }
    if (!series && name !== 'kelvo_metric_samples_dropped') registry.count('kelvo_metric_samples_dropped', {});
    return series;
  }

  const registry: Registry = {
    count(name, labels, by = 1) {
      const series = seriesOf(name, labels);
      if (series && by > 0) series.value += by;
    },
    set(name, labels, value) {
      const series = seriesOf(name, labels);
      if (series) series.value = value;
    },
    observe(name, labels, value) {
      const series = seriesOf(name, labels);
      if (!series) return;
      const { buckets = [] }: Family = families[name];
      const bucket = buckets.findIndex((bound) => value <= bound);
      series.buckets[bucket < 0 ? buckets.length : bucket] = (series.buckets.at(bucket) ?? 0) + 1;
      series.value += value;
    },
    clear(...names) {
      for (const name of names) all.delete(name);
    },
    summarise(name, quantiles, sum, count) {
      const measured = Object.entries(quantiles).map(([quantile, value]) => ({ suffix: '', labels: { quantile }, value }));
      summaries.set(name, [...measured, { suffix: '_sum', labels: {}, value: sum }, { suffix: '_count', labels: {}, value: count }]);
    },
    samplesOf(name) {
      const family: Family = families[name];
      return [...(all.get(name)?.values() ?? [])].flatMap((series) => samplesOf(family, series)).concat(summaries.get(name) ?? []);
    },
  };
  return registry;
}

function samplesOf({ type, buckets = [] }: Family, { labels, value, buckets: counts }: Series): Sample[] {
  if (type !== 'histogram') return [{ suffix: { counter: '_total', info: '_info', gauge: '', summary: '' }[type], labels, value }];
  let count = 0;
  const bounds = [...buckets.map(writtenBound), '+Inf'];
  const cumulated = bounds.map((le, i) => {
    count += counts[i] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le }, value: count };
  });
  return [...cumulated, { suffix: '_sum', labels, value }, { suffix: '_count', labels, value: count }];
}

/** OpenMetrics writes bounds as floating-point numbers. */
const writtenBound = (bound: number): string => (Number.isInteger(bound) ? `${bound}.0` : String(bound));
