/** Of CloudWatch's units, those in use. */
export type Unit = 'Count' | 'Milliseconds' | 'None';

// Every metric of ours. Datadog gets all of them as `kelvo.<name>`, where it has wrapped the function. docs/telemetry.md says what each is.

/**
 * Those that are in CloudWatch too, under `Kelvo`, in every instrumentation mode: alarms and dashboards of infra/observability.yaml look there. CloudWatch
 * bills each metric at 0.30 USD a month, so what AWS measures anyway (requests, errors and durations of the API and of each function, age of a queue) is not.
 */
export const inCloudWatch = {
  orders_placed: 'Count',
  orders_expired: 'Count',
  cart_adds: 'Count',
  searches_without_result: 'Count',
  revenue: 'None',
  payment_failures: 'Count',
  refunds_failed: 'Count',
  rates_refused: 'Count',
  rates_away: 'Count',
  events_left_out: 'Count',
  outbox_age: 'Milliseconds',
  search_engine_away: 'Count',
} as const satisfies Record<string, Unit>;

type Embedded = keyof typeof inCloudWatch;
type OfDatadogAlone =
  | 'requests'
  | 'errors'
  | 'duration'
  | 'rates_taken'
  | 'event_duration'
  | 'event_age'
  | 'events_failed'
  | 'events_not_taken'
  | 'search_index_lag'
  | 'search_engine_duration';

/** A value to count or to time. `Name` is where it goes. */
export interface Measure<Name extends Embedded | OfDatadogAlone = Embedded | OfDatadogAlone> {
  name: Name;
  value: number;
  /** Each value of each makes a metric: only for what does not add up over it (money over currencies), never an id, a path or a name that callers choose. */
  dimensions: Record<string, string>;
}

export type MetricName = Measure['name'];
export type EmbeddedMeasure = Measure<Embedded>;

export const isEmbedded = (measure: Measure): measure is EmbeddedMeasure => measure.name in inCloudWatch;
