/** What a stage costs, from its real templates: the goals it must hold, and that nothing that costs is left out of the sum. */
import { describe, expect, test } from 'vitest';
import { monthlyUsd } from '#functions/ops/lib/monthly-usd.ts';
import { readAppTemplate } from '../../scripts/app-template/read.ts';
import { canaryIds } from '../../scripts/app-template/with-canaries.ts';
import { type Stage, stages } from '../../scripts/command-line.ts';
import { partsHere } from '../../scripts/deploy/stacks.ts';
import { readStageFile } from '../../scripts/deploy/stage-file.ts';
import { readTemplate } from '../../scripts/deploy/template-file.ts';
import { compare, itemsOf, totals } from '../../scripts/finops/compare.ts';
import { costItems } from '../../scripts/finops/cost-items.ts';
import { monthlyCost } from '../../scripts/finops/monthly-cost.ts';
import { isPriced, prices } from '../../scripts/finops/prices.ts';
import { resourcesOfStage, type StageResource } from '../../scripts/finops/stage-resources.ts';
import { freeTypes, pricedTypes } from '../../scripts/finops/types.ts';
import { unusedOf } from '../../scripts/finops/unused.ts';

const templates = partsHere().map(({ template }) => readTemplate(template));
const configuredOf = (stage: Stage): Record<string, string> => ({ ...readStageFile(stage, templates).parameters, Stage: stage });
const configured = { dev: configuredOf('dev'), staging: configuredOf('staging'), prod: configuredOf('prod') };
const floorOf = (parameters: Record<string, string>) => monthlyCost(parameters).reduce((sum, { monthly }) => sum + monthly, 0);
const withoutDatadog = { Egress: 'ipv6', Instrumentation: 'none' };

describe('dev as it is configured', () => {
  test('costs at most 70 USD a month idle, with RDS Proxy and remote instrumentation', () => {
    const { dev } = configured;
    expect(resourcesOfStage(dev).parameters).toMatchObject({
      DatabaseProxy: 'true',
      Instrumentation: 'remote',
      Egress: 'nat-instance',
      Sizing: 'rightsized',
    });
    expect(floorOf(dev)).toBeLessThanOrEqual(70);
  });

  test('costs at most 66 USD with RDS Proxy, when Datadog and with it the NAT is spared', () => {
    expect(floorOf({ ...configured.dev, ...withoutDatadog })).toBeLessThanOrEqual(66);
  });

  test('costs at most 40 USD without proxy and NAT', () => {
    expect(floorOf({ ...configured.dev, ...withoutDatadog, DatabaseProxy: 'false' })).toBeLessThanOrEqual(40);
  });
});

test.each(stages)('the budget of %s is not broken by a million requests a month', (stage) => {
  const { parameters } = resourcesOfStage(configured[stage]);
  expect(totals(compare(configured[stage], 1_000_000), 1_000_000).deployed).toBeLessThanOrEqual(Number(parameters.BudgetUsd));
});

describe('every type of resource', () => {
  const everything = {
    OpenSearch: 'true',
    ReadReplica: 'true',
    Egress: 'nat-per-zone',
    FlowLogDays: '7',
    EdgeLogs: 'true',
    RecoveryRegion: 'us-west-2',
    DatadogAgent: 'true',
    DatadogApiKeySecretArn: 'arn',
    MailTransport: 'ses',
    AlertMail: 'a@kelvo.example',
    AnomalyMonitorArn: 'arn',
  };
  const ways: Record<string, string>[] = [
    { ...everything, Stage: 'dev' },
    {
      ...everything,
      Stage: 'prod',
      Instrumentation: 'layer',
      ProvisionedConcurrency: '1',
      ProvisionedConcurrencyMax: '3',
      ProvisionedConcurrencyAtPeak: '2',
    },
    { Stage: 'prod', Engine: 'aurora-postgres', ReadReplica: 'true' },
    { Stage: 'staging' },
  ];
  const made = ways.map(resourcesOfStage);
  const found = made.flatMap(({ resources }) => resources);

  test('is priced, or known to be free', () => {
    const known = new Set([...pricedTypes, ...freeTypes]);
    expect([...new Set(found.map(({ Type }) => Type))].filter((type) => !known.has(type))).toEqual([]);
  });

  test.each(pricedTypes)('%s moves the sum', (type) => {
    const stage = made.find(({ resources }) => resources.some(({ Type }) => Type === type));
    if (stage === undefined) throw new Error(`no way of deploying above makes a ${type}`);
    const without = { ...stage, resources: stage.resources.filter(({ Type }) => Type !== type) };
    expect(costItems(without, 13)).not.toEqual(costItems(stage, 13));
  });

  test('that has an hourly price has it in the price file', () => {
    expect(ways.flatMap((given) => itemsOf(given)).filter(({ detail }) => detail.includes('no price known'))).toEqual([]);
  });

  test('of endpoint is the free one', () => {
    const endpoints = found.filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint');
    expect(new Set(endpoints.map(({ Properties }) => Properties.VpcEndpointType))).toEqual(new Set(['Gateway']));
  });
});

describe('the sum grows', () => {
  const dev = resourcesOfStage(configured.dev);
  const costOf = (resources: StageResource[], metrics = 13) =>
    costItems({ ...dev, resources }, metrics).reduce((sum, { meters }) => sum + monthlyUsd(meters, 1_000_000), 0);
  const now = costOf(dev.resources);
  const one = (type: string) => dev.resources.find(({ Type }) => Type === type) as StageResource;
  const consumer = dev.resources.find(({ id }) => id === 'NotificationsNotifyPeople') as StageResource;

  test.each([
    ['an alarm', one('AWS::CloudWatch::Alarm')],
    ['a queue with a consumer', consumer],
    ['a key', one('AWS::KMS::Key')],
    ['an address', one('AWS::EC2::EIP')],
    ['a shard', one('AWS::Kinesis::Stream')],
    ['a database', one('AWS::RDS::DBInstance')],
  ])('with %s more', (_, resource) => {
    expect(costOf([...dev.resources, resource])).toBeGreaterThan(now);
  });

  test('with a custom metric more', () => {
    expect(costOf(dev.resources, 14)).toBeCloseTo(now + 0.3);
  });

  test.each([
    ['Sizing', 'oversized'],
    ['Egress', 'nat-per-zone'],
    ['ReadReplica', 'true'],
    ['OpenSearch', 'true'],
    ['Engine', 'aurora-postgres'],
    ['Waf', 'true'],
    ['Alarms', 'all'],
    ['DailyBackups', 'true'],
    ['OrderEventsShards', '2'],
    ['Architecture', 'x86_64'],
    ['LogRetentionDays', '90'],
    ['FlowLogDays', '7'],
    ['EdgeLogs', 'true'],
  ])('with %s %s', (name, value) => {
    const at = (parameters: Record<string, string>) => totals(compare(parameters, 1e8), 1e8).deployed;
    expect(at({ ...configured.dev, [name]: value })).toBeGreaterThan(at(configured.dev));
  });

  test('with provisioned concurrency, by the hour whether somebody calls or not', () => {
    const layer = { ...configured.dev, Instrumentation: 'layer' };
    const app = readAppTemplate();
    const gb = canaryIds(app).reduce((sum, id) => sum + Number(app.Resources[id]?.Properties?.MemorySize ?? 512) / 1024, 0);
    expect(floorOf({ ...layer, ProvisionedConcurrency: '1' }) - floorOf(layer)).toBeCloseTo(
      gb * 2_628_000 * prices['provisioned concurrency arm64'].usd,
    );
  });
});

test('a class without a price is said to have none, and costs nothing in the sum', () => {
  const [database] = itemsOf({ ...configured.dev, DatabaseClass: 'db.m7g.large' });
  expect(database?.detail).toContain('db.m7g.large (no price known');
});

test('each price has a source and a date, and says whether it is second-hand', () => {
  expect(Object.keys(prices).every(isPriced)).toBe(true);
  for (const { source, date, read, usd } of Object.values(prices)) {
    expect([source.length > 0, /^20\d\d(-\d\d){0,2}$/.test(date), ['copy', 'memory', 'derived'].includes(read), usd > 0]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  }
});

describe('what is unused', () => {
  const dev = resourcesOfStage(configured.dev);

  test('is the way to OpenSearch alone, and with OpenSearch nothing', () => {
    expect(unusedOf(dev, undefined)).toEqual([
      'The queue IndexProductsQueue has a consumer that is switched off.',
      'The rule IndexProductsRule is switched off.',
    ]);
    expect(unusedOf(resourcesOfStage({ ...configured.dev, OpenSearch: 'true', SearchEngine: 'opensearch' }), undefined)).toEqual([]);
  });

  test('is a queue that nobody reads, a stream, and a log group', () => {
    const readers = ['NotificationsNotifyPeople', 'AnalyticsRollUpSales', 'AnalyticsReadSales'];
    const resources = [
      ...dev.resources.filter(({ id }) => !readers.includes(id)),
      { part: 'app', id: 'OldLog', Type: 'AWS::Logs::LogGroup', Properties: {} },
    ];
    expect(unusedOf({ ...dev, resources }, undefined)).toEqual(
      expect.arrayContaining([
        'The queue NotifyPeopleQueue has no consumer.',
        'The stream OrderEvents has no reader.',
        'The log group OldLog is nobody’s.'.replace('’', "'"),
      ]),
    );
  });

  test('is a function that no log names', () => {
    const named = new Set(dev.resources.map(({ Properties }) => String(Properties.FunctionName)));
    named.delete('rumshop-cart-add-item-dev');
    expect(unusedOf(dev, named)).toContain('The function rumshop-cart-add-item-dev is not named in the logs.');
    expect(unusedOf(dev, named)).toHaveLength(3);
  });
});
