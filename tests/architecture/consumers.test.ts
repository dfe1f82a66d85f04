import { beforeAll, describe, expect, test } from 'vitest';
import { declaredEvents } from '../../scripts/docs/events.ts';
import { type Consumer, consumerFaults, consumers, type EventName } from './support/consumers.ts';
import { type Resource, template } from './support/template.ts';

const declared: EventName[] = declaredEvents.map(({ event }) => ({ source: 'kelvo', type: event.type }));
let all: Consumer[] = [];
beforeAll(async () => {
  all = await consumers();
}, 60_000);

test('each consumer has its queue, dead letters and rule, and gets exactly the events that it names', () => {
  expect(all.length).toBeGreaterThan(0);
  expect(consumerFaults(template.Resources, all, declared)).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: a copy of the template, to be broken in one place
type Broken = Record<string, any>;

describe('a template is refused', () => {
  const mapping = (resources: Broken) => resources.NotificationsNotifyPeople.Properties.Events.Messages.Properties;
  const breaks: [string, (resources: Broken) => void, string][] = [
    ['without dead letters', (r) => delete r.NotifyPeopleDeadLetters, 'must both be there'],
    ['with a queue that gives up nothing', (r) => delete r.NotifyPeopleQueue.Properties.RedrivePolicy, 'must give its dead letters to'],
    [
      'that gives up after one try',
      (r) => (r.NotifyPeopleQueue.Properties.RedrivePolicy.maxReceiveCount = 1),
      'maxReceiveCount of 5 or more',
    ],
    [
      'that shows a message again while it is worked',
      (r) => (r.NotifyPeopleQueue.Properties.VisibilityTimeout = 179),
      'VisibilityTimeout of 180 s',
    ],
    [
      'whose dead letters go before they are seen',
      (r) => (r.NotifyPeopleDeadLetters.Properties.MessageRetentionPeriod = 60),
      'the longest there is',
    ],
    ['with a queue in the clear', (r) => delete r.NotifyPeopleQueue.Properties.SqsManagedSseEnabled, 'SqsManagedSseEnabled'],
    ['with a queue of another name', (r) => (r.NotifyPeopleQueue.Properties.QueueName = 'mine'), 'must be named kelvo-dev-notify-people'],
    ['whose batches fail as a whole', (r) => delete mapping(r).FunctionResponseTypes, 'ReportBatchItemFailures'],
    ['whose consumer takes every connection', (r) => delete mapping(r).ScalingConfig, 'MaximumConcurrency'],
    ['without a rule', (r) => delete r.NotifyPeopleRule, 'needs a rule NotifyPeopleRule'],
    ['whose rule sends elsewhere', (r) => (r.NotifyPeopleRule.Properties.Targets[0].Arn = 'x'), 'must send to NotifyPeopleQueue'],
    [
      'whose rule loses what it cannot send',
      (r) => delete r.NotifyPeopleRule.Properties.Targets[0].DeadLetterConfig,
      'needs DeadLetterConfig',
    ],
    ['whose rule is of another bus', (r) => delete r.NotifyPeopleRule.Properties.EventBusName, 'must be a rule of EventBus'],
    [
      'whose rule lets through everything',
      (r) => (r.NotifyPeopleRule.Properties.EventPattern = { source: ['kelvo'] }),
      'lets through kelvo stock.low.v1, which NotificationsNotifyPeople does not consume',
    ],
    [
      'whose rule keeps back an event',
      (r) => (r.NotifyPeopleRule.Properties.EventPattern['detail-type'] = ['stock.low.v1']),
      'does not let through kelvo order.created.v1',
    ],
    [
      'whose rule for events of AWS is of our bus',
      (r) => (r.NoteBouncesRule.Properties.EventBusName = { Ref: 'EventBus' }),
      'NoteBouncesRule must be a rule of the default bus',
    ],
    [
      'whose rule for events of AWS has a name that the policy keeps out',
      (r) => delete r.NoteBouncesRule.Properties.Name,
      'and named kelvo-dev-',
    ],
    ['whose policy forgets a queue', (r) => r.QueuePolicy.Properties.Queues.pop(), 'among its Queues'],
    ['whose policy lets in any rule', (r) => delete r.QueuePolicy.Properties.PolicyDocument.Statement[0].Condition, 'and nobody else'],
    ['with a queue that nobody reads', (r) => (r.LeftoverQueue = { ...r.NotifyPeopleQueue }), 'LeftoverQueue is neither'],
    ['with a queue behind any function', (r) => (r.OpsGetHealth.Properties.Events = { M: { Type: 'SQS' } }), 'must be made by consume'],
  ];

  test.each(breaks)('%s', (_, damage, fault) => {
    const resources = structuredClone(template.Resources);
    damage(resources);
    expect(consumerFaults(resources as Record<string, Resource>, all, declared).join('\n')).toContain(fault);
  });

  test('whose consumer claims by the name of another', () => {
    const [first] = all;
    expect(consumerFaults(template.Resources, [{ ...(first as Consumer), name: 'x/y' }], declared).join('\n')).toContain('must be named');
  });
});
