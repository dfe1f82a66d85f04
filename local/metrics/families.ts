/**
 * Every metric of /_local/metrics. A label's values are few, and none is chosen by a caller: routes are templates, methods those of HTTP.
 * Names are OpenMetrics': base units, a counter without `_total`, which its samples have. docs/telemetry.md lists them.
 */

export interface Family {
  type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info';
  help: string;
  unit?: 'seconds' | 'bytes';
  labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  buckets?: readonly number[];
}

/** From a read of one row to a request that API Gateway gives up. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

export const families = {
  kelvo_http_requests: { type: 'counter', help: 'Requests that were answered.', labels: ['route', 'method', 'status'] },
  kelvo_http_request_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Time from a request to the end of its answer.',
    labels: ['route', 'method'],
    buckets: seconds,
  },
  kelvo_consumer_events: {
    type: 'counter',
    help: 'Events that consumers got: handled, handled before (a redelivery, which changes nothing) or failed.',
    labels: ['consumer', 'outcome'],
  },
  kelvo_consumer_event_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Time that a consumer took for an event.',
    labels: ['consumer'],
    buckets: seconds,
  },
  kelvo_queue_messages: { type: 'gauge', help: 'Messages and records that wait for a consumer.', labels: ['queue', 'state'] },
  kelvo_queue_dead_letters: { type: 'gauge', help: 'Messages that failed for good.', labels: ['queue'] },
  kelvo_queue_oldest_message_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'Age of the oldest message that waits; 0 when none does.',
    labels: ['queue'],
  },
  kelvo_outbox_unsent_events: { type: 'gauge', help: 'Events that are committed and that the bus has not taken yet.', labels: [] },
  kelvo_outbox_oldest_unsent_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'Age of the oldest of them; 0 when there is none.',
    labels: [],
  },
  kelvo_database_pool_connections: { type: 'gauge', help: 'Connections of the functions to PostgreSQL.', labels: ['state'] },
  kelvo_database_pool_waiting_requests: { type: 'gauge', help: 'Requests that wait for a connection.', labels: [] },
  kelvo_postgresql_sessions: {
    type: 'gauge',
    help: 'Sessions at the database, by state, as pg_stat_activity has them.',
    labels: ['state'],
  },
  kelvo_postgresql_sessions_waiting_for_locks: { type: 'gauge', help: 'Sessions that wait for a lock.', labels: [] },
  kelvo_redis_breaker_open: { type: 'gauge', help: 'Whether functions leave Redis alone because it did not answer.', labels: [] },
  kelvo_up: {
    type: 'gauge',
    help: 'Whether what these metrics are read from answered: 0 where its metrics are missing.',
    labels: ['source'],
  },
  kelvo_orders_placed: { type: 'counter', help: 'Orders that were placed.', labels: [] },
  kelvo_orders_expired: { type: 'counter', help: 'Orders that were not paid in time.', labels: [] },
  kelvo_revenue_minor_units: { type: 'counter', help: 'Money of orders that were paid, in minor units.', labels: ['currency'] },
  kelvo_cart_adds: { type: 'counter', help: 'Products that were put into a cart.', labels: [] },
  kelvo_payment_failures: { type: 'counter', help: 'Payments that were declined.', labels: [] },
  kelvo_refunds_failed: { type: 'counter', help: 'Refunds that could not go back.', labels: [] },
  kelvo_searches_without_result: { type: 'counter', help: 'Searches that found nothing.', labels: [] },
  kelvo_fault_strength: { type: 'gauge', help: 'Faults that are on on purpose: 0 is off, 1 is as strong as can be.', labels: ['fault'] },
  kelvo_traces_kept: { type: 'gauge', help: 'Traces that /_local/traces shows.', labels: [] },
  kelvo_trace_batches_passed_on: { type: 'counter', help: 'Batches of spans for OTEL_EXPORTER_OTLP_ENDPOINT.', labels: ['outcome'] },
  kelvo_metric_samples_dropped: { type: 'counter', help: 'Values whose labels would have been one series too many.', labels: [] },
  kelvo_build: { type: 'info', help: 'What runs here.', labels: ['version', 'node', 'stage'] },
  process_cpu_seconds: { type: 'counter', unit: 'seconds', help: 'CPU time of the process, of user and system.', labels: [] },
  process_resident_memory_bytes: { type: 'gauge', unit: 'bytes', help: 'Memory of the process.', labels: [] },
  process_start_time_seconds: { type: 'gauge', unit: 'seconds', help: 'When the process began, in seconds since 1970.', labels: [] },
  nodejs_heap_used_bytes: { type: 'gauge', unit: 'bytes', help: "Part of V8's heap that is in use.", labels: [] },
  nodejs_event_loop_delay_seconds: {
    type: 'summary',
    unit: 'seconds',
    help: 'How late the event loop came to its timers; quantiles since the last scrape.',
    labels: [],
  },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;
type LabelOf<Name extends FamilyName> = (typeof families)[Name]['labels'][number];
export type Labels<Name extends FamilyName> = Record<LabelOf<Name>, string>;
