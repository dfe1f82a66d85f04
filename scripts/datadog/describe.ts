import type { v1 } from '@datadog/datadog-api-client';

// Datadog's own types check what is described here, and its own serializer writes it (write.ts). <stage>, <suffix>, <notify> and <slo:…> are filled in when
// it is applied. Names of metrics are in metric-names.ts, with their sources.

/** What each asset carries, so that applying again finds it: the name is ours, and stable. */
export const tagsOf = (asset: string): string[] => ['managed-by:kelvo', 'application:kelvo', 'stage:<stage>', `asset:${asset}`];
/** Dashboards take no tags of one's own: theirs is in the description. */
export const markOf = (asset: string): string =>
  `Managed by the repository of Kelvo: <stage>/${asset}. What is changed by hand is written over.`;

const ours = 'env:<stage>';
/** Resources carry the stack's tags. */
const aws = 'application:kelvo,stage:<stage>';
const runbook = (name: string) => `Runbook: docs/runbooks/${name}.md <notify>`;

const slo = (asset: string, rest: Omit<v1.ServiceLevelObjectiveRequest, 'tags' | 'thresholds'> & { target: number; warning: number }) => {
  const { target, warning, ...request } = rest;
  return {
    asset,
    body: {
      ...request,
      tags: tagsOf(asset),
      thresholds: [{ timeframe: '30d' as const, target, warning }],
    } satisfies v1.ServiceLevelObjectiveRequest,
  };
};

/** 95 or 99 of 100 requests in time, in nearly all slices of five minutes. */
const inTime = (asset: string, percentile: 'p95' | 'p99', ms: number) =>
  slo(asset, {
    name: `Kelvo <stage>: ${percentile} under ${ms} ms`,
    description: `Slices of five minutes in which ${percentile === 'p95' ? 95 : 99} of 100 requests take less than ${ms} ms.`,
    type: 'time_slice',
    sliSpecification: {
      timeSlice: {
        query: {
          formulas: [{ formula: 'latency' }],
          queries: [{ dataSource: 'metrics', name: 'latency', query: `avg:aws.apigateway.latency.${percentile}{${aws}}` }],
        },
        comparator: '<',
        threshold: ms,
        queryIntervalSeconds: 300,
      },
    },
    target: 99,
    warning: 99.5,
  });

export const slos = [
  slo('availability', {
    name: 'Kelvo <stage>: requests that do not fail by our fault',
    description: 'Fewer than 1 of 100 requests end with 5xx. The error budget of 30 days is 1 %.',
    type: 'metric',
    query: {
      numerator: `sum:kelvo.requests{${ours}}.as_count() - default_zero(sum:kelvo.errors{${ours}}.as_count())`,
      denominator: `sum:kelvo.requests{${ours}}.as_count()`,
    },
    target: 99,
    warning: 99.5,
  }),
  inTime('latency-p95', 'p95', 500),
  inTime('latency-p99', 'p99', 1000),
];

interface Described {
  name: string;
  query: string;
  message: string;
  thresholds: v1.MonitorThresholds;
  type?: v1.MonitorType;
  /** 1 wakes somebody, 3 is for the day. */
  priority?: number;
  options?: Omit<v1.MonitorOptions, 'thresholds'>;
}
const monitor = (asset: string, { name, query, message, thresholds, type = 'query alert', priority = 3, options = {} }: Described) => ({
  asset,
  body: {
    name: `Kelvo <stage>: ${name}`,
    type,
    query,
    message,
    priority,
    tags: tagsOf(asset),
    options: { thresholds, includeTags: true, ...options },
  } satisfies v1.Monitor,
});

/** CloudWatch's numbers reach Datadog some ten minutes late. */
const late: Described['options'] = { evaluationDelay: 900 };
const burn = (long: string, short: string, rate: number) =>
  `burn_rate("<slo:availability>").over("30d").long_window("${long}").short_window("${short}") > ${rate}`;
const minuteSchedules = ['orders-expire-orders', 'payments-finish-refunds', 'ops-relay-outbox'];
const nothing: Described['options'] = { onMissingData: 'default', requireFullWindow: false };

export const monitors = [
  monitor('budget-fast', {
    name: 'the error budget goes fast',
    type: 'slo alert',
    query: burn('1h', '5m', 14.4),
    thresholds: { critical: 14.4 },
    priority: 1,
    message: `People cannot buy: at this rate the budget of 30 days is gone in two. ${runbook('shop-broken')}`,
  }),
  monitor('budget-slow', {
    name: 'the error budget goes steadily',
    type: 'slo alert',
    query: burn('6h', '30m', 6),
    thresholds: { critical: 6 },
    priority: 2,
    message: `At this rate the budget of 30 days is gone in five. ${runbook('shop-broken')}`,
  }),
  ...(['p95', 'p99'] as const).map((percentile) =>
    monitor(`slow-${percentile}`, {
      name: `slow (${percentile})`,
      query: `avg(last_10m):avg:aws.apigateway.latency.${percentile}{${aws}} > ${percentile === 'p95' ? 500 : 1000}`,
      thresholds: { critical: percentile === 'p95' ? 500 : 1000 },
      priority: 2,
      options: { ...late, ...nothing },
      message: `The shop answers, later than people wait for. ${runbook('shop-slow')}`,
    }),
  ),
  monitor('function-errors', {
    name: '{{functionname.name}} ends without an answer',
    query: `sum(last_10m):sum:aws.lambda.enhanced.errors{${ours}} by {functionname}.as_count() >= 3`,
    thresholds: { critical: 3 },
    priority: 2,
    options: nothing,
    message: `A crash, a time-out, or no memory left. ${runbook('shop-broken')}`,
  }),
  monitor('out-of-memory', {
    name: '{{functionname.name}} has no memory left',
    query: `sum(last_15m):sum:aws.lambda.enhanced.out_of_memory{${ours}} by {functionname}.as_count() >= 1`,
    thresholds: { critical: 1 },
    options: nothing,
    message: `Give it more (MemorySize), or find what keeps it. ${runbook('shop-broken')}`,
  }),
  monitor('schedules', {
    name: '{{functionname.name}} does not run',
    query: `sum(last_15m):sum:aws.lambda.enhanced.invocations{functionname:${minuteSchedules.map((name) => `rumshop-${name}<suffix>`).join(' OR functionname:')}} by {functionname}.as_count() < 1`,
    thresholds: { critical: 1 },
    priority: 2,
    options: { onMissingData: 'show_and_notify_no_data', requireFullWindow: false },
    message: `It should run each minute. ${runbook('schedules')}`,
  }),
  monitor('outbox-age', {
    name: 'events wait in the outbox',
    query: `min(last_5m):max:kelvo.outbox_age{${ours}} > 300000`,
    thresholds: { critical: 300_000 },
    priority: 2,
    options: { onMissingData: 'show_no_data', requireFullWindow: false },
    message: `The bus does not take them: no mail, no sales, no search follows an order. ${runbook('queues')}`,
  }),
  monitor('queue-age', {
    name: '{{queuename.name}} is behind',
    query: `min(last_10m):max:aws.sqs.approximate_age_of_oldest_message{${aws}} by {queuename} > 600`,
    thresholds: { critical: 600 },
    options: { ...late, ...nothing },
    message: `Messages wait longer than they may. ${runbook('queues')}`,
  }),
  monitor('dead-letters', {
    name: '{{queuename.name}} has messages',
    query: `max(last_10m):max:aws.sqs.approximate_number_of_messages_visible{${aws},queuename:*-dead-letters} by {queuename} >= 1`,
    thresholds: { critical: 1 },
    options: { ...late, ...nothing },
    message: `Messages were given up; they are kept for 14 days. ${runbook('dead-letters')}`,
  }),
  monitor('events-left-out', {
    name: 'a record of the stream was left out',
    query: `sum(last_15m):sum:kelvo.events_left_out{${ours}}.as_count() >= 1`,
    thresholds: { critical: 1 },
    options: nothing,
    message: `It failed five times, and has no dead letter. ${runbook('dead-letters')}`,
  }),
  monitor('stream-age', {
    name: 'the stream of order events is read too late',
    query: `min(last_10m):max:aws.lambda.iterator_age.maximum{functionname:rumshop-analytics-roll-up-sales<suffix>} > 300000`,
    thresholds: { critical: 300_000 },
    options: { ...late, ...nothing },
    message: `Sales are behind. ${runbook('queues')}`,
  }),
  monitor('payment-failures', {
    name: 'most payments are declined',
    query: `sum(last_30m):sum:kelvo.payment_failures{${ours}}.as_count() / (sum:kelvo.orders_placed{${ours}}.as_count() + 10) > 0.5`,
    thresholds: { critical: 0.5 },
    priority: 2,
    options: nothing,
    message: `The provider, a key, or somebody who tries stolen cards. Ten orders are added, so that a few declines say nothing. ${runbook('payments')}`,
  }),
  monitor('refunds-failed', {
    name: 'money could not go back',
    query: `sum(last_15m):sum:kelvo.refunds_failed{${ours}}.as_count() >= 1`,
    thresholds: { critical: 1 },
    options: nothing,
    message: `Somebody has to try again, or pay it another way. ${runbook('payments')}`,
  }),
  monitor('database-connections', {
    name: 'the database has nearly as many connections as it takes',
    query: `min(last_10m):max:aws.rds.database_connections{${aws}} >= 60`,
    thresholds: { critical: 60 },
    priority: 2,
    options: { ...late, ...nothing },
    message: runbook('database-load'),
  }),
  monitor('database-storage', {
    name: "less than 2 GiB of the database's disk are free",
    query: `max(last_15m):min:aws.rds.free_storage_space{${aws}} < 2147483648`,
    thresholds: { critical: 2_147_483_648 },
    priority: 1,
    options: { ...late, ...nothing },
    message: `Full is an outage. ${runbook('database-load')}`,
  }),
  monitor('proxy-pinned', {
    name: 'sessions are pinned to connections of the database',
    query: `min(last_10m):max:aws.rds.proxy.database_connections_currently_session_pinned{proxyname:kelvo-<stage>} >= 5`,
    thresholds: { critical: 5 },
    options: { ...late, ...nothing },
    message: runbook('database-load'),
  }),
  monitor('cache-memory', {
    name: 'the cache is nearly full',
    query: `min(last_15m):max:aws.elasticache.database_memory_usage_percentage{${aws}} > 80`,
    thresholds: { critical: 80 },
    options: { ...late, ...nothing },
    message: runbook('cache-load'),
  }),
];

interface Line {
  label: string;
  query: string;
}
const timeseries = (title: string, lines: Line[], displayType: v1.WidgetDisplayType = 'line'): v1.Widget => ({
  definition: {
    type: 'timeseries',
    title,
    showLegend: true,
    requests: [
      {
        displayType,
        responseFormat: 'timeseries',
        formulas: lines.map(({ label }, i) => ({ formula: `q${i}`, alias: label })),
        queries: lines.map(({ query }, i) => ({ dataSource: 'metrics' as const, name: `q${i}`, query })),
      },
    ],
  },
});
const objective = (asset: string, title: string): v1.Widget => ({
  definition: {
    type: 'slo',
    title,
    sloId: `<slo:${asset}>`,
    viewType: 'detail',
    viewMode: 'overall',
    timeWindows: ['30d'],
    showErrorBudget: true,
  },
});

const dashboard = (asset: string, title: string, widgets: v1.Widget[]) => ({
  asset,
  body: { title: `Kelvo <stage>: ${title}`, description: markOf(asset), layoutType: 'ordered', widgets } satisfies v1.Dashboard,
});

const currencies = ['USD', 'EUR', 'GBP', 'JPY', 'CAD', 'AUD', 'CHF', 'CNY'];

export const dashboards = [
  dashboard('operations', 'operations', [
    objective('availability', 'Requests that do not fail'),
    objective('latency-p95', 'p95 under 500 ms'),
    objective('latency-p99', 'p99 under 1 s'),
    timeseries('Requests by service', [{ label: 'requests', query: `sum:kelvo.requests{${ours}} by {service}.as_count()` }], 'bars'),
    timeseries('Failures (5xx) by service', [{ label: 'failures', query: `sum:kelvo.errors{${ours}} by {service}.as_count()` }], 'bars'),
    timeseries('Latency of functions by service (s)', [{ label: 'p95', query: `p95:trace.aws.lambda{${ours}} by {service}` }]),
    timeseries('Latency of the API (ms)', [
      { label: 'p95', query: `avg:aws.apigateway.latency.p95{${aws}}` },
      { label: 'p99', query: `avg:aws.apigateway.latency.p99{${aws}}` },
    ]),
    timeseries(
      'Cold starts by service',
      [{ label: 'cold starts', query: `sum:aws.lambda.enhanced.invocations{${ours},cold_start:true} by {service}.as_count()` }],
      'bars',
    ),
    timeseries('Memory used (MB)', [{ label: 'most', query: `max:aws.lambda.enhanced.max_memory_used{${ours}} by {functionname}` }]),
    timeseries(
      'Cost of functions (USD)',
      [{ label: 'estimated', query: `sum:aws.lambda.enhanced.estimated_cost{${ours}} by {service}.as_count()` }],
      'bars',
    ),
    timeseries('Oldest event in the outbox (ms)', [{ label: 'outbox', query: `max:kelvo.outbox_age{${ours}}` }]),
    timeseries('From an event to its effect (ms)', [{ label: 'average', query: `avg:kelvo.event_age{${ours}} by {service}` }]),
    timeseries('Queues: oldest message (s)', [
      { label: 'age', query: `max:aws.sqs.approximate_age_of_oldest_message{${aws}} by {queuename}` },
    ]),
    timeseries('Dead letters', [
      { label: 'messages', query: `max:aws.sqs.approximate_number_of_messages_visible{${aws},queuename:*-dead-letters} by {queuename}` },
    ]),
    timeseries('Database', [
      { label: 'connections', query: `max:aws.rds.database_connections{${aws}}` },
      { label: 'processor (%)', query: `avg:aws.rds.cpuutilization{${aws}}` },
    ]),
    timeseries('Cache', [
      { label: 'memory (%)', query: `max:aws.elasticache.database_memory_usage_percentage{${aws}}` },
      { label: 'evictions', query: `sum:aws.elasticache.evictions{${aws}}` },
    ]),
  ]),
  dashboard('business', 'business', [
    timeseries('Orders', [
      { label: 'placed', query: `sum:kelvo.orders_placed{${ours}}.as_count()` },
      { label: 'paid', query: `count:kelvo.revenue{${ours}}.as_count()` },
      { label: 'expired unpaid', query: `sum:kelvo.orders_expired{${ours}}.as_count()` },
    ]),
    timeseries(
      'Revenue, in minor units of each currency',
      currencies.map((code) => ({ label: code, query: `sum:kelvo.revenue{${ours},currency:${code.toLowerCase()}}.as_count()` })),
      'bars',
    ),
    timeseries('From cart to payment', [
      { label: 'put into carts', query: `sum:kelvo.cart_adds{${ours}}.as_count()` },
      { label: 'orders', query: `sum:kelvo.orders_placed{${ours}}.as_count()` },
      { label: 'declined payments', query: `sum:kelvo.payment_failures{${ours}}.as_count()` },
    ]),
    timeseries(
      'Searches that find nothing',
      [{ label: 'without a result', query: `sum:kelvo.searches_without_result{${ours}}.as_count()` }],
      'bars',
    ),
    timeseries('Money that is in trouble', [
      { label: 'declined', query: `sum:kelvo.payment_failures{${ours}}.as_count()` },
      { label: 'refunds that failed', query: `sum:kelvo.refunds_failed{${ours}}.as_count()` },
    ]),
    timeseries('Exchange rates: runs that brought nothing', [
      { label: 'refused', query: `sum:kelvo.rates_refused{${ours}}.as_count()` },
      { label: 'away', query: `sum:kelvo.rates_away{${ours}}.as_count()` },
    ]),
  ]),
];
