/** For each alarm what CloudWatch is sent when all is well, and when the alarm must fire. Made of the template's own names, never of the alarm's. */

import { measure, takeMeasures } from '#platform/telemetry/measure.ts';
import type { MetricName } from '#platform/telemetry/metrics.ts';
import { currentTrace, readTraceContext } from '#platform/telemetry/trace-context.ts';
import type { Alarm } from '../../../scripts/alarms/alarm.ts';
import { type Datum, dataOfLine } from '../../../scripts/alarms/datum.ts';
import { apiMinute, functionMinute, gauge, type Reading, seriesOf } from '../../../scripts/alarms/series.ts';
import { eventsOf, propertiesOf, templateFunctions, valueIn } from './template.ts';

/** When the alarms are asked: a midnight, so that every period ends there. */
export const until = 20_000 * 86_400;

/** Each series alone must leave the alarm OK, or make it fire. */
export interface Scenario {
  quiet: Datum[][];
  firing: Datum[][];
}
type Make = (alarm: Alarm) => Scenario;

/** What the deployed stack is made of, as the alarms' parameters have it. */
export const deployed = {
  Stage: 'dev',
  NameSuffix: '-dev',
  ApiId: 'a1b2c3d4e5',
  DatabaseIdentifier: 'kelvo-dev',
  DatabaseReadEndpoint: 'kelvo-dev-replica.c0123456789a.us-east-1.rds.amazonaws.com',
  DailyBackups: 'true',
  RecoveryRegion: 'us-west-2',
  ProxyName: 'kelvo-dev',
  CacheClusterName: 'kelvo-dev',
  DistributionId: 'E2EXAMPLE12345',
  WebAclName: 'kelvo-dev',
  OpenSearchDomain: 'kelvo-dev',
};

const nameOf = (id: string, property: string) => String(valueIn('dev', propertiesOf(id)[property]));
const functionName = (id: string) => nameOf(id, 'FunctionName');

/** What CloudWatch reads in the line of a function that measured this: the line is written by the functions' own code. */
function own(name: MetricName, value: number, dimensions?: Record<string, string>): Reading[] {
  const lines = currentTrace.run(readTraceContext({}, 'request', 'rum-shop-ops'), () => {
    measure(name, value, dimensions);
    return takeMeasures();
  });
  return lines.flatMap((line) => dataOfLine(JSON.parse(JSON.stringify(line)))).map(({ at: _, ...reading }) => reading);
}

/** A reading each minute, over all that the alarm looks at and a little more. */
const minutes = ({ period, evaluationPeriods }: Alarm, read: (minute: number) => Reading[]): Datum[] =>
  seriesOf(until, 60, ((evaluationPeriods + 3) * period) / 60, read);

/** One of quiet's readings every minute, or one of firing's. */
const level =
  (read: (value: number) => Reading[], quiet: number, firing: number, ...alsoQuiet: Datum[][]): Make =>
  (alarm) => ({ quiet: [minutes(alarm, () => read(quiet)), ...alsoQuiet], firing: [minutes(alarm, () => read(firing))] });

/** Something of ours that is told of when it happens, and mostly does not: nothing is sent then. */
const happening =
  (name: MetricName, perHour: number): Make =>
  (alarm) => ({
    quiet: [[]],
    firing: [seriesOf(until, 3600 / perHour, Math.ceil(((alarm.evaluationPeriods * alarm.period) / 3600) * perHour), () => own(name, 1))],
  });

const api = (traffic: Parameters<typeof apiMinute>[1]) => apiMinute(deployed.ApiId, traffic);
const queue = (id: string, metric: string) => gauge('AWS/SQS', metric, { QueueName: nameOf(id, 'QueueName') });
const database = (metric: string) => gauge('AWS/RDS', metric, { DBInstanceIdentifier: 'kelvo-dev' });
const proxy = (metric: string) => gauge('AWS/RDS', metric, { ProxyName: 'kelvo-dev' });
const cache = (metric: string) => gauge('AWS/ElastiCache', metric, { CacheClusterId: 'kelvo-dev-001' });
/** Jobs of AWS Backup, as the vault's name and the stack that names it have it. */
const backups = (metric: string) => gauge('AWS/Backup', metric, { BackupVaultName: 'kelvo-dev' });
/** One that ends in the last hour: there is one a day. */
const once = (reading: Reading[]): Datum[] => seriesOf(until, 3600, 1, () => reading);
const account = (metric: string) => gauge('AWS/Lambda', metric, {});
const domain = (metric: string) => gauge('AWS/ES', metric, { DomainName: 'kelvo-dev', ClientId: '000000000000' });

const secondsOf: Record<string, number> = { minute: 60, hour: 3600, day: 86_400 };
/** Seconds between two runs: 3600 of `rate(1 hour)`. */
function intervalOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || unit === undefined) throw new Error(`How often is ${expression}?`);
  return Number(count) * (secondsOf[unit] ?? Number.NaN);
}

/** One run in each interval; when it fires none, or each of them failing. Lambda tries one that fails twice again. */
function scheduled(id: string): Make {
  const schedule = eventsOf(templateFunctions[id] ?? { Type: '' }).find(({ Type }) => Type === 'ScheduleV2');
  const interval = intervalOf(String(schedule?.Properties?.ScheduleExpression));
  return ({ period, evaluationPeriods }) => {
    const runs = Math.ceil(((evaluationPeriods + 3) * period) / interval);
    const every = (traffic: { runs: number; failed?: number }) =>
      seriesOf(until, interval, runs, () => functionMinute(functionName(id), traffic));
    const oneFailed = seriesOf(until, interval, runs, (i) => functionMinute(functionName(id), { runs: 1 + (i % 2), failed: i % 2 }));
    return { quiet: [every({ runs: 1 }), oneFailed], firing: [[], every({ runs: 3, failed: 3 })] };
  };
}

const kebab = (pascal: string) => pascal.replace(/\B[A-Z]/g, '-$&').toLowerCase();
const withSchedule = Object.entries(templateFunctions).filter(([, resource]) =>
  eventsOf(resource).some(({ Type }) => Type === 'ScheduleV2'),
);
const schedules = Object.fromEntries(withSchedule.map(([id]) => [`schedule-${kebab(id)}`, scheduled(id)]));

const queues = Object.fromEntries(
  ['NotifyPeople', 'NoteBounces', 'CountSoldProducts', 'NoteBoughtProducts', 'IndexProducts'].map((base) => [
    `queue-age-${kebab(base)}`,
    level(queue(`${base}Queue`, 'ApproximateAgeOfOldestMessage'), 45, 1_200, []),
  ]),
);
const deadLetters = Object.fromEntries(
  ['NotifyPeople', 'NoteBounces', 'CountSoldProducts', 'NoteBoughtProducts', 'IndexProducts', 'RollUpSales'].map((base) => [
    `dead-letters-${kebab(base)}`,
    level(queue(`${base}DeadLetters`, 'ApproximateNumberOfMessagesVisible'), 0, 1, []),
  ]),
);

const guarded = [
  'OrdersPlaceOrder',
  'OrdersCancelOrder',
  'PaymentsCreateIntent',
  'PaymentsConfirmPayment',
  'PaymentsPaymentWebhook',
  'PaymentsRefundOrder',
  'AuthLogin',
  'AuthRefresh',
];
const functionErrors = Object.fromEntries(
  guarded.map((id): [string, Make] => [
    `errors-${kebab(id)}`,
    (alarm) => ({
      quiet: [
        [],
        minutes(alarm, () => functionMinute(functionName(id), { runs: 20 })),
        minutes(alarm, (minute) => functionMinute(functionName(id), { runs: 20, failed: minute === 3 ? 1 : 0 })),
      ],
      firing: [minutes(alarm, () => functionMinute(functionName(id), { runs: 20, failed: 1 }))],
    }),
  ]),
);
const functionTimes = Object.fromEntries(
  guarded.map((id): [string, Make] => [
    `slow-${kebab(id)}`,
    (alarm) => ({
      // Few runs, all of them cold: five of 100 cannot be told of 15.
      quiet: [
        [],
        minutes(alarm, () => functionMinute(functionName(id), { runs: 60, ms: 90 })),
        minutes(alarm, () => functionMinute(functionName(id), { runs: 3, ms: 9_000 })),
      ],
      firing: [minutes(alarm, () => functionMinute(functionName(id), { runs: 60, ms: 5_000 }))],
    }),
  ]),
);

/** By the alarm's name without `kelvo-<stage>-`. */
export const scenarios: Record<string, Make> = {
  'api-failures': (alarm) => ({
    quiet: [
      [],
      minutes(alarm, () => api({ requests: 600, failed: 3 })),
      minutes(alarm, () => api({ requests: 20, failed: 2 })), // 10 %, of twenty requests: too few to tell
      minutes(alarm, (minute) => api({ requests: 300, failed: minute % 4 === 0 ? 30 : 0 })), // one minute of four
    ],
    firing: [
      minutes(alarm, () => api({ requests: 300, failed: 6 })),
      minutes(alarm, () => api({ requests: 2, failed: 2 })), // hardly anybody there, and nothing works
      minutes(alarm, (minute) => (minute % 2 === 0 ? [] : api({ requests: 1, failed: 1 }))),
    ],
  }),
  'api-failures-hourly': (alarm) => ({
    quiet: [
      [],
      minutes(alarm, () => api({ requests: 10 })),
      minutes(alarm, (minute) => api({ requests: 1, failed: minute % 60 < 4 ? 1 : 0 })),
    ],
    firing: [minutes(alarm, (minute) => api({ requests: 10, failed: minute % 5 === 0 ? 1 : 0 }))],
  }),
  'api-slow': (alarm) => ({
    quiet: [
      [],
      minutes(alarm, () => api({ requests: 200, slow: 9, slowMs: 900 })),
      minutes(alarm, () => api({ requests: 4, slow: 4 })), // four cold starts a minute
      minutes(alarm, (minute) => api({ requests: 200, slow: minute % 2 === 0 ? 60 : 0 })),
    ],
    firing: [
      minutes(alarm, () => api({ requests: 200, slow: 12, slowMs: 900 })),
      minutes(alarm, () => api({ requests: 12, slow: 2, slowMs: 900 })),
    ],
  }),
  'api-slowest': (alarm) => ({
    quiet: [[], minutes(alarm, () => api({ requests: 200, slow: 9, slowMs: 900 })), minutes(alarm, () => api({ requests: 4, slow: 4 }))],
    firing: [minutes(alarm, () => api({ requests: 200, slow: 4, slowMs: 1_500 }))],
  }),
  'api-refused': (alarm) => ({
    quiet: [[], minutes(alarm, () => api({ requests: 100, refused: 30 })), minutes(alarm, () => api({ requests: 3, refused: 3 }))],
    firing: [minutes(alarm, () => api({ requests: 100, refused: 95 }))],
  }),
  'edge-failures': level(
    gauge('AWS/CloudFront', '5xxErrorRate', { DistributionId: deployed.DistributionId, Region: 'Global' }),
    0.2,
    40,
    [],
  ),
  'waf-blocks': level(gauge('AWS/WAFV2', 'BlockedRequests', { WebACL: 'kelvo-dev', Rule: 'ALL' }), 10, 400, []),
  ...functionErrors,
  ...functionTimes,
  ...queues,
  ...deadLetters,
  'outbox-age': level((ms) => own('outbox_age', ms), 900, 1_800_000),
  'stream-age': level(gauge('AWS/Lambda', 'IteratorAge', { FunctionName: functionName('AnalyticsRollUpSales') }), 61_000, 900_000, []),
  'stream-full': level(gauge('AWS/Kinesis', 'WriteProvisionedThroughputExceeded', { StreamName: nameOf('OrderEvents', 'Name') }), 0, 4, []),
  'events-left-out': happening('events_left_out', 12),
  ...schedules,
  'payment-failures': (alarm) => {
    const shop = (placed: number, declined: number) =>
      minutes(alarm, () => [...own('orders_placed', placed), ...own('payment_failures', declined)]);
    return {
      quiet: [[], shop(4, 1), minutes(alarm, (i) => (i % 5 === 0 ? [...own('orders_placed', 1), ...own('payment_failures', 2)] : []))],
      firing: [shop(4, 3)],
    };
  },
  'orders-expired': (alarm) => {
    const shop = (placed: number, expired: number) =>
      minutes(alarm, () => [...own('orders_placed', placed), ...own('orders_expired', expired)]);
    return {
      quiet: [[], shop(5, 1), minutes(alarm, (i) => (i % 20 === 0 ? [...own('orders_placed', 1), ...own('orders_expired', 3)] : []))],
      firing: [shop(5, 4)],
    };
  },
  'refunds-failed': happening('refunds_failed', 12),
  'rates-refused': (alarm) => ({
    quiet: [[], seriesOf(until, 86_400, 2, () => own('rates_refused', 1))], // once a day: the next run brought good ones
    firing: happening('rates_refused', 0.25)(alarm).firing,
  }),
  'rates-away': (alarm) => ({
    quiet: [
      [],
      seriesOf(until, 86_400, 5, () => [...own('rates_away', 1), ...own('rates_away', 1)]), // two of a day's six runs
      seriesOf(until - 86_400, 14_400, 12, () => own('rates_away', 1)), // two days, and it is back
    ],
    firing: happening('rates_away', 0.25)(alarm).firing,
  }),
  'database-connections': level(database('DatabaseConnections'), 24, 78),
  'database-cpu': level(database('CPUUtilization'), 25, 97),
  'database-storage': level(database('FreeStorageSpace'), 12e9, 1e9),
  'replica-lag': level(gauge('AWS/RDS', 'ReplicaLag', { DBInstanceIdentifier: 'kelvo-dev-replica' }), 1, 400),
  'backup-failed': () => ({
    quiet: [[], once(backups('NumberOfBackupJobsCompleted')(1)), once(backups('NumberOfBackupJobsFailed')(0))],
    firing: [once(backups('NumberOfBackupJobsFailed')(1))],
  }),
  'backup-copy-failed': () => ({
    quiet: [[], once(backups('NumberOfCopyJobsCompleted')(1)), once(backups('NumberOfBackupJobsFailed')(1))],
    firing: [once(backups('NumberOfCopyJobsFailed')(1))],
  }),
  'proxy-pinned': level(proxy('DatabaseConnectionsCurrentlySessionPinned'), 1, 12, []),
  'proxy-waits': level(proxy('DatabaseConnectionsBorrowLatency'), 900, 800_000, []),
  'cache-evictions': level(cache('Evictions'), 0, 300, []),
  'cache-memory': level(cache('DatabaseMemoryUsagePercentage'), 30, 95),
  'cache-cpu': level(cache('CPUUtilization'), 8, 49),
  concurrency: level(account('ConcurrentExecutions'), 40, 950, []),
  throttles: level(account('Throttles'), 0, 60, []),
  'search-red': level(domain('ClusterStatus.red'), 0, 1),
  'search-away': happening('search_engine_away', 120),
};
