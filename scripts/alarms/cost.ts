import { prices } from '../finops/prices.ts';
import type { Watch } from './observability.ts';

const cents = (count: number, price: { usd: number }) => Math.round(count * price.usd * 100);

/** What alarms cost: each by the metrics in it. @returns `cents` a month without what is free */
export function costOf({ alarms, composites }: Pick<Watch, 'alarms' | 'composites'>): {
  metrics: number;
  composites: number;
  cents: number;
} {
  const metrics = alarms.reduce((sum, alarm) => sum + alarm.metrics.length, 0);
  return {
    metrics,
    composites: composites.length,
    cents: cents(metrics, prices['alarm metrics']) + cents(composites.length, prices['composite alarms']),
  };
}
