import { beforeAll, describe, expect, test } from 'vitest';
import { declaredEvents } from '../../scripts/docs/events.ts';
import type { EventName } from './support/consumers.ts';
import { type StreamConsumer, streamConsumers, streamFaults } from './support/streams.ts';
import { type Resource, template } from './support/template.ts';

const declared: EventName[] = declaredEvents.map(({ event }) => ({ source: 'kelvo', type: event.type }));
let all: StreamConsumer[] = [];
beforeAll(async () => {
  all = await streamConsumers();
}, 60_000);

test('each stream has its rule and its reader, and the reader gets the events that it handles', () => {
  expect(all.map(({ name }) => name)).toEqual(['analytics/roll-up-sales']);
  expect(streamFaults(template.Resources, all, declared)).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: a copy of the template, to be broken in one place
type Broken = Record<string, any>;

describe('a template is refused', () => {
  const mapping = (resources: Broken) => resources.AnalyticsRollUpSales.Properties.Events.Records.Properties;
  const target = (resources: Broken) => resources.OrderEventsRule.Properties.Targets[0];
  const breaks: [string, (resources: Broken) => void, string][] = [
    ['with a stream in the clear', (r) => delete r.OrderEvents.Properties.StreamEncryption, 'must be encrypted'],
    [
      'with a stream of a name that all stages share',
      (r) => (r.OrderEvents.Properties.Name = 'orders'),
      'must be named kelvo-dev-order-events',
    ],
    [
      'with a stream that is billed by the hour and the gigabyte',
      (r) => (r.OrderEvents.Properties.StreamModeDetails = {}),
      'as many shards',
    ],
    ['with a stream that nobody reads', (r) => (r.Other = { ...r.OrderEvents }), 'Other has no reader'],
    [
      'with a stream before any function',
      (r) => (r.OpsGetHealth.Properties.Events = { S: { Type: 'Kinesis', Properties: {} } }),
      'consumeStream',
    ],
    ['without a rule', (r) => delete r.OrderEventsRule, 'needs a rule OrderEventsRule'],
    ['whose rule is of another bus', (r) => delete r.OrderEventsRule.Properties.EventBusName, 'must be a rule of EventBus'],
    ['whose rule loses what it cannot write', (r) => delete target(r).DeadLetterConfig, 'needs dead letters'],
    ['whose rule spreads an order’s events', (r) => (target(r).KinesisParameters.PartitionKeyPath = '$.id'), 'stays in order'],
    [
      'whose rule may do more than write',
      (r) => (r.WritesOrderEvents.Properties.Policies[0].PolicyDocument.Statement[0].Action = ['kinesis:*']),
      'and nothing else',
    ],
    [
      'whose rule keeps back an event',
      (r) => (r.OrderEventsRule.Properties.EventPattern['detail-type'] = ['order.created.v1']),
      'does not let through order.paid.v1',
    ],
    [
      'whose rule lets through everything',
      (r) => (r.OrderEventsRule.Properties.EventPattern = { source: ['kelvo'] }),
      'lets through stock.low.v1',
    ],
    ['whose batches fail as a whole', (r) => delete mapping(r).FunctionResponseTypes, 'ReportBatchItemFailures'],
    ['whose function has no windows', (r) => delete mapping(r).TumblingWindowInSeconds, 'TumblingWindowInSeconds: 60'],
    ['whose function drops records with an outage', (r) => (mapping(r).MaximumRetryAttempts = 5), 'MaximumRetryAttempts: -1'],
    [
      'whose function tries until the stream forgets',
      (r) => (mapping(r).MaximumRecordAgeInSeconds = 86_400),
      'less than OrderEvents keeps',
    ],
    ['whose function begins with what comes next', (r) => (mapping(r).StartingPosition = 'LATEST'), 'TRIM_HORIZON'],
    ['whose function gives up in silence', (r) => delete mapping(r).DestinationConfig, 'OnFailure'],
    ['whose dead letters go before they are seen', (r) => (r.RollUpSalesDeadLetters.Properties.MessageRetentionPeriod = 60), 'two weeks'],
  ];

  test.each(breaks)('%s', (_, damage, fault) => {
    const resources = structuredClone(template.Resources);
    damage(resources);
    expect(streamFaults(resources as Record<string, Resource>, all, declared).join('\n')).toContain(fault);
  });

  test('whose reader notes failures under the name of another', () => {
    const [first] = all;
    expect(streamFaults(template.Resources, [{ ...(first as StreamConsumer), name: 'x/y' }], declared).join('\n')).toContain(
      'must be under',
    );
  });
});
