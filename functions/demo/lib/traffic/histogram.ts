/**
 * Times in buckets that grow by a fixed factor, as in DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019): a quantile is off by one part in a hundred at
 * most, however many times there are, and histograms of several processes add up to the one of all. Keys are the buckets' numbers.
 */
export type Histogram = Record<string, number>;

/** A bucket's value differs from every time in it by at most this share. */
export const relativeError = 0.01;
const growth = (1 + relativeError) / (1 - relativeError);
/** What is faster counts as this. */
const leastMs = 0.1;

/** Notes a time in milliseconds. */
export function noteTime(histogram: Histogram, ms: number): void {
  const bucket = Math.ceil(Math.log(Math.max(ms, leastMs)) / Math.log(growth));
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

/** Adds what another histogram counted. */
export function addTimes(into: Histogram, more: Histogram): void {
  for (const [bucket, count] of Object.entries(more)) into[bucket] = (into[bucket] ?? 0) + count;
}

/**
 * The time, in milliseconds to a tenth, that this share of all times does not exceed (nearest rank).
 * @param share 0.95 for p95
 * @returns 0 where nothing was noted
 */
export function quantileOf(histogram: Histogram, share: number): number {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((one, other) => one.bucket - other.bucket);
  let left = Math.max(1, Math.ceil(buckets.reduce((sum, { count }) => sum + count, 0) * share));
  for (const { bucket, count } of buckets) {
    left -= count;
    // Between the bucket's ends (growth^(bucket-1), growth^bucket], as far from both in proportion.
    if (left <= 0) return Math.round((20 * growth ** bucket) / (1 + growth)) / 10;
  }
  return 0;
}
