const statistics: Record<string, (values: readonly number[]) => number> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
  SampleCount: (values) => values.length,
};

const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/;

/** The share that a percentile leaves below it: 0.95 of `p95`; undefined of another statistic. */
export function shareOf(statistic: string): number | undefined {
  const [, percent] = percentile.exec(statistic) ?? [];
  return percent === undefined ? undefined : Number(percent) / 100;
}

/**
 * A statistic of a period's values; a percentile is the smallest value that so many are not above.
 * @param values at least one
 * @throws Error where CloudWatch has no statistic of that name, or we have not needed it yet
 */
export function statisticOf(statistic: string, values: readonly number[]): number {
  const share = shareOf(statistic);
  if (share !== undefined) return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN;
  const compute = statistics[statistic];
  if (!compute) throw new Error(`There is no statistic ${statistic}`);
  return compute(values);
}

/**
 * How many values a percentile needs to say something: fewer are "not statistically significant".
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
 */
export const samplesNeeded = (share: number): number => Math.ceil(10 / (share < 0.5 ? share : 1 - share) - 1e-9);
