import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Alarm, AlarmMetric } from '../../scripts/alarms/alarm.ts';
import type { Datum } from '../../scripts/alarms/datum.ts';
import type { State } from '../../scripts/alarms/evaluate.ts';

vi.hoisted(() => Object.assign(process.env, { STAGE: 'dev' })); // whose lines the functions' code writes here

const { watchOf, observability } = await import('../../scripts/alarms/observability.ts');
const { metricFault } = await import('../../scripts/alarms/aws-metrics.ts');
const { evaluateAlarm } = await import('../../scripts/alarms/evaluate.ts');
const { readRule } = await import('../../scripts/alarms/composite.ts');
const { readExpression } = await import('../../scripts/alarms/metric-math.ts');
const { costOf } = await import('../../scripts/alarms/cost.ts');
const { inCloudWatch } = await import('#platform/telemetry/metrics.ts');
const { deployed, scenarios, until } = await import('./support/alarm-scenarios.ts');
const { coverageFaults } = await import('./support/alarm-coverage.ts');
const { template } = await import('./support/template.ts');
const { root } = await import('./support/sources.ts');

const { alarms, composites, dashboards } = watchOf(deployed);
const short = (name: string) => name.replace('kelvo-dev-', '');

const stages: [string, Record<string, string>][] = [
  ['dev', {}],
  ['dev with few alarms', { Alarms: 'few' }],
  [
    'dev without proxy, replica, cache and search',
    { ProxyName: 'none', DatabaseReadEndpoint: '', CacheClusterName: 'none', OpenSearchDomain: 'none' },
  ],
  ['dev on Aurora', { Engine: 'aurora-postgres' }],
  ['dev without backups', { DailyBackups: 'false' }],
  ['dev without copies of backups', { RecoveryRegion: '' }],
  ['staging', { Stage: 'staging', NameSuffix: '-staging' }],
  ['prod', { Stage: 'prod', NameSuffix: '' }],
];

/** What is wrong with one of our own metrics: where none is known in CloudWatch, or by other dimensions. */
function ownFault({ name, dimensions }: Pick<AlarmMetric, 'name' | 'dimensions'>, stage: string): string | undefined {
  if (!(name in inCloudWatch)) return `${name} is not in CloudWatch: see platform/telemetry/metrics.ts`;
  const expected = name === 'revenue' ? ['env', 'currency'] : ['env'];
  if (String(Object.keys(dimensions)) !== String(expected)) return `${name} has the dimensions ${expected}`;
  return dimensions.env === stage ? undefined : `${name} is asked of ${dimensions.env}`;
}
const faultOf = (metric: Pick<AlarmMetric, 'namespace' | 'name' | 'dimensions'>, stage: string) =>
  metric.namespace === 'Kelvo' ? ownFault(metric, stage) : metricFault(metric);

/** The states that each of the series leaves an alarm in, however far CloudWatch looks back for late data. */
const statesOf = (alarm: Alarm, series: Datum[][] = [], before: State[]) =>
  new Set(
    [0, 2, Math.floor(alarm.evaluationPeriods / 3)].flatMap((extra) =>
      series.flatMap((data) => before.map((state) => evaluateAlarm(alarm, data, until, state, extra))),
    ),
  );

describe.each(alarms.map((alarm) => [short(alarm.name), alarm] as const))('the alarm %s', (name, alarm) => {
  const scenario = scenarios[name]?.(alarm);

  test('is quiet while all is well', () => {
    expect(scenario?.quiet.length, 'write its scenario in support/alarm-scenarios.ts').toBeGreaterThan(0);
    expect(statesOf(alarm, scenario?.quiet, ['OK'])).toEqual(new Set(['OK']));
  });

  test('fires, from whatever state it was in', () => {
    expect(scenario?.firing.length).toBeGreaterThan(0);
    expect(statesOf(alarm, scenario?.firing, ['OK', 'INSUFFICIENT_DATA'])).toEqual(new Set(['ALARM']));
  });

  test('would be found out if it asked for a metric that is not sent', () => {
    const wrong = {
      ...alarm,
      metrics: alarm.metrics.map((metric) => ({ ...metric, dimensions: { ...metric.dimensions, Resource: 'x' } })),
    };
    const found = [statesOf(wrong, scenario?.quiet, ['OK']), statesOf(wrong, scenario?.firing, ['OK'])];
    expect(found).not.toEqual([new Set(['OK']), new Set(['ALARM'])]);
  });
});

describe.each(stages)('in %s', (_, parameters) => {
  const given = { ...deployed, ...parameters };
  const watch = watchOf(given);

  test('every alarm asks for a metric that is sent, with the dimensions it is sent by', () => {
    const faults = watch.alarms.flatMap(({ name, metrics }) =>
      metrics.flatMap((metric) => faultOf(metric, given.Stage) ?? []).map((fault) => `${name}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  test('every expression names its own metrics, and all of them', () => {
    for (const { name, expression, metrics } of watch.alarms)
      if (expression !== undefined)
        expect([name, readExpression(expression).metrics.toSorted()]).toEqual([name, metrics.map(({ id }) => id).toSorted()]);
  });

  test('every alarm has the name of the stage, and a runbook that is there', () => {
    for (const { name, description } of [...watch.alarms, ...watch.composites]) {
      expect(name).toMatch(new RegExp(`^kelvo-${given.Stage}-[a-z-]+$`));
      expect(description).toMatch(/\. Runbook: docs\/runbooks\/[a-z-]+\.md$/);
      const [, runbook = ''] = /Runbook: (\S+)$/.exec(description) ?? [];
      expect([name, existsSync(join(root, runbook))]).toEqual([name, true]);
    }
    const names = [...watch.alarms, ...watch.composites].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('composite alarms name alarms that are there, and an alarm that tells nobody explains another or is part of one', () => {
    const names = [...watch.alarms, ...watch.composites].map(({ name }) => name);
    const asked = watch.composites.flatMap(({ rule }) => readRule(rule).alarms);
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
    const silent = watch.alarms.filter(({ actions }) => actions.length === 0);
    expect(
      silent
        .filter(({ name, description }) => !asked.includes(name) && !description.includes('explains what is slow'))
        .map(({ name }) => name),
    ).toEqual([]);
    expect(watch.composites.every(({ actions }) => actions.length === 1)).toBe(true);
  });

  test('dashboards draw metrics that are sent, and alarms that are always there', () => {
    const few = watchOf({ ...given, Alarms: 'few' }).alarms.map(({ name }) => name);
    for (const { name, body } of watch.dashboards) {
      for (const { type, properties } of body.widgets) {
        const { metrics = [], alarms: arns = [], title } = properties as { metrics?: unknown[][]; alarms?: string[]; title: string };
        const lines = metrics.filter(([first]) => typeof first === 'string').map((line) => line.filter((part) => typeof part === 'string'));
        const faults = lines.flatMap(([namespace = '', metric = '', ...pairs]) => {
          const dimensions = Object.fromEntries(pairs.flatMap((key, i) => (i % 2 === 0 ? [[key, pairs[i + 1] ?? '']] : [])));
          return faultOf({ namespace, name: metric, dimensions }, given.Stage) ?? [];
        });
        expect([name, title, faults]).toEqual([name, title, []]);
        expect(arns.map((arn) => arn.split(':alarm:')[1]).filter((alarm = '') => !few.includes(alarm))).toEqual([]);
        expect(type === 'alarm' || type === 'log' || lines.length > 0).toBe(true);
      }
    }
  });
});

test('on Aurora nothing asks the cluster for what only an instance sends', () => {
  const watch = watchOf({ ...deployed, Engine: 'aurora-postgres' });
  const asked = JSON.stringify([watch.alarms.flatMap(({ metrics }) => metrics.map(({ dimensions }) => dimensions)), watch.dashboards]);
  expect(asked).toContain(`"${deployed.DatabaseIdentifier}"`);
  expect(asked).not.toMatch(new RegExp(`"DBInstanceIdentifier"[:,]"${deployed.DatabaseIdentifier}"`));
});

describe('nothing that works by itself is without an alarm', () => {
  test('every queue, its dead letters, every consumer, stream and schedule of template.yaml has one, and no alarm is of something else', () => {
    expect(coverageFaults(template.Resources, alarms)).toEqual([]);
  });

  test('a new one without an alarm is named', () => {
    const queue = (name: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name } });
    const planted = {
      ...template.Resources,
      PackParcelsQueue: queue('kelvo-dev-pack-parcels'),
      PackParcelsDeadLetters: queue('kelvo-dev-pack-parcels-dead-letters'),
      OrdersCountParcels: {
        Type: 'AWS::Serverless::Function',
        Properties: {
          FunctionName: 'rumshop-orders-count-parcels-dev',
          Events: { Schedule: { Type: 'ScheduleV2', Properties: {} } },
        },
      },
      OrdersReadParcels: {
        Type: 'AWS::Serverless::Function',
        Properties: {
          FunctionName: 'rumshop-orders-read-parcels-dev',
          Events: { Records: { Type: 'Kinesis', Properties: {} } },
        },
      },
    };
    expect(coverageFaults(planted, alarms)).toEqual([
      'kelvo-dev-pack-parcels has no alarm on ApproximateAgeOfOldestMessage',
      'kelvo-dev-pack-parcels-dead-letters has no alarm on ApproximateNumberOfMessagesVisible',
      'rumshop-orders-count-parcels-dev has no alarm on Invocations',
      'rumshop-orders-count-parcels-dev has no alarm on Errors',
      'rumshop-orders-read-parcels-dev has no alarm on IteratorAge',
    ]);
  });

  test('an alarm of something that is not there is named', () => {
    const gone = alarms.map((alarm) => ({
      ...alarm,
      metrics: alarm.metrics.map((metric) => ({ ...metric, dimensions: { ...metric.dimensions } })),
    }));
    const [first] = gone.filter(({ name }) => name === 'kelvo-dev-queue-age-notify-people');
    if (first?.metrics[0]) first.metrics[0].dimensions.QueueName = 'kelvo-dev-notify-persons';
    expect(coverageFaults(template.Resources, gone)).toEqual([
      'kelvo-dev-notify-people has no alarm on ApproximateAgeOfOldestMessage',
      'kelvo-dev-queue-age-notify-people is of kelvo-dev-notify-persons, which template.yaml does not have',
    ]);
  });
});

test.each([
  ['the metrics of a REST API', { namespace: 'AWS/ApiGateway', name: '5XXError', dimensions: { ApiId: 'x' } }],
  ['the name of a REST API', { namespace: 'AWS/ApiGateway', name: '5xx', dimensions: { ApiName: 'x' } }],
  ["a function's name on an API's metric", { namespace: 'AWS/ApiGateway', name: 'Latency', dimensions: { FunctionName: 'x' } }],
  ["the API's id on a function's metric", { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { ApiId: 'x' } }],
  ['a metric of another service', { namespace: 'AWS/Lambda', name: '5xx', dimensions: { FunctionName: 'x' } }],
  [
    "the proxy's metric by its database",
    { namespace: 'AWS/RDS', name: 'DatabaseConnectionsCurrentlySessionPinned', dimensions: { DBInstanceIdentifier: 'x' } },
  ],
  ['a backup by its plan', { namespace: 'AWS/Backup', name: 'NumberOfBackupJobsFailed', dimensions: { BackupPlanId: 'x' } }],
  ['the cache by its group', { namespace: 'AWS/ElastiCache', name: 'Evictions', dimensions: { ReplicationGroupId: 'x' } }],
  [
    'CloudFront by its region',
    { namespace: 'AWS/CloudFront', name: '5xxErrorRate', dimensions: { DistributionId: 'x', Region: 'us-east-1' } },
  ],
  [
    'a regional web ACL',
    { namespace: 'AWS/WAFV2', name: 'BlockedRequests', dimensions: { WebACL: 'x', Rule: 'ALL', Region: 'us-east-1' } },
  ],
  ['a dimension without a value', { namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', dimensions: { QueueName: '' } }],
  ['no namespace', { namespace: 'AWS/HttpApi', name: 'Count', dimensions: {} }],
])('%s: such an alarm would never see a value, and is found', (_, metric) => {
  expect(metricFault(metric)).toEqual(expect.any(String));
});

describe('the composite alarms', () => {
  const firing = (...names: string[]) =>
    composites
      .filter(({ rule }) =>
        readRule(rule).holds((name): 'ALARM' | 'OK' =>
          names.includes(short(name)) || (short(name) === 'shop-broken' && names.includes('api-failures')) ? 'ALARM' : 'OK',
        ),
      )
      .map(({ name }) => short(name));
  test.each([
    [[], []],
    [['api-failures'], ['shop-broken']],
    [['api-refused'], ['shop-broken']],
    [['api-slow'], ['shop-slow']],
    [['api-slowest'], ['shop-slow']],
    [['api-slow', 'api-failures'], ['shop-broken']],
    [['database-cpu', 'cache-evictions'], []],
  ])('while %j fire, say %j', (names, expected) => {
    expect(firing(...names)).toEqual(expected);
  });
});

test('every alarm says what a missing value means', () => {
  const silent = Object.entries(observability.Resources).filter(
    ([, { Type, Properties }]) => Type === 'AWS::CloudWatch::Alarm' && Properties.TreatMissingData === undefined,
  );
  expect(silent.map(([id]) => id)).toEqual([]);
});

test('what rolls a deploy back is there in every stage, by its name', () => {
  for (const [, parameters] of stages) {
    const given = { ...deployed, ...parameters };
    expect(watchOf(given).alarms.map(({ name }) => name)).toEqual(
      expect.arrayContaining([`kelvo-${given.Stage}-api-failures`, `kelvo-${given.Stage}-api-slow`]),
    );
  }
  expect(observability).toMatchObject({
    Outputs: {
      AlertsTopicArn: { Value: { Ref: 'AlertsTopic' } },
      RollbackAlarmArns: { Value: { 'Fn::Join': [',', [{ 'Fn::GetAtt': ['ApiFailures', 'Arn'] }, { 'Fn::GetAtt': ['ApiSlow', 'Arn'] }]] } },
    },
  });
});

test.each([
  [{}, ['backup-failed', 'backup-copy-failed']],
  [{ RecoveryRegion: '' }, ['backup-failed']],
  [{ DailyBackups: 'false' }, []],
])('with %j the backups that are made are watched, and no others', (parameters, expected) => {
  const names = watchOf({ ...deployed, ...parameters }).alarms.map(({ name }) => short(name));
  expect(names.filter((name) => name.startsWith('backup'))).toEqual(expected);
});

test('every metric that we pay for is drawn or watched', () => {
  const used = JSON.stringify([alarms, dashboards]);
  expect(Object.keys(inCloudWatch).filter((name) => !used.includes(`"${name}"`))).toEqual([]);
});

test('alarms cost a month, in cents, before the ten that are free', () => {
  const cents = (parameters: Record<string, string>) => costOf(watchOf({ ...deployed, ...parameters })).cents;
  const without = {
    DailyBackups: 'false',
    ProxyName: 'none',
    DatabaseReadEndpoint: '',
    CacheClusterName: 'none',
    OpenSearchDomain: 'none',
  };
  expect(cents({ Alarms: 'few', OpenSearchDomain: 'none' })).toBeLessThanOrEqual(110);
  expect(cents({ ...without, FunctionAlarms: 'false' })).toBeLessThanOrEqual(700);
  expect(cents({})).toBeLessThanOrEqual(1000);
});
