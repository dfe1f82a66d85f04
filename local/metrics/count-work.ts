/** Counts what functions have done, by what their log lines say (platform/telemetry/finished-work.ts). */
import type { FinishedWork } from '#platform/telemetry/finished-work.ts';
import type { MetricName } from '#platform/telemetry/metrics.ts';
import type { Registry } from './registry.ts';

const counted = {
  orders_placed: 'kelvo_orders_placed',
  orders_expired: 'kelvo_orders_expired',
  cart_adds: 'kelvo_cart_adds',
  payment_failures: 'kelvo_payment_failures',
  refunds_failed: 'kelvo_refunds_failed',
  searches_without_result: 'kelvo_searches_without_result',
} as const satisfies Partial<Record<MetricName, string>>;

const isCounted = (name: MetricName): name is keyof typeof counted => Object.hasOwn(counted, name);

/** Shows each counter with 0 before anything is counted: a rate over a counter that is not there yet misses its first step. */
export function beginCounting(registry: Registry): void {
  for (const name of Object.values(counted)) registry.count(name, {}, 0);
}

export function countWork(registry: Registry, { message, fields, measures }: FinishedWork): void {
  for (const { name, value, dimensions } of measures) {
    if (name === 'revenue') registry.count('kelvo_revenue_minor_units', { currency: dimensions.currency ?? '' }, value);
    else if (isCounted(name)) registry.count(counted[name], {}, value);
  }
  const consumer = String(fields.consumer);
  const add = (outcome: string, count: unknown) => registry.count('kelvo_consumer_events', { consumer, outcome }, Number(count));
  if (message === 'event') {
    add(String(fields.outcome), 1);
    registry.observe('kelvo_consumer_event_duration_seconds', { consumer }, Number(fields.duration_ms) / 1_000);
  } else if (message === 'events') {
    add('handled', fields.handled);
    add('failed', fields.failed);
  } else if (message === 'events failed') add('failed', fields.records);
}
