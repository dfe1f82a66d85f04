import type { Watch } from './observability.ts';

/** USD cents a month, us-east-1, https://aws.amazon.com/cloudwatch/pricing/ (November 2026): an alarm costs by the metrics in it; the first ten are free. */
const prices = { metricOfAlarm: 10, composite: 50 };

/** @returns `cents` a month without what is free */
export function costOf({ alarms, composites }: Pick<Watch, 'alarms' | 'composites'>): {
  metrics: number;
  composites: number;
  cents: number;
} {
  const metrics = alarms.reduce((sum, alarm) => sum + alarm.metrics.length, 0);
  return { metrics, composites: composites.length, cents: metrics * prices.metricOfAlarm + composites.length * prices.composite };
}
