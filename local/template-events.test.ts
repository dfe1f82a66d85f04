import { describe, expect, it } from 'vitest';
import { evaluateTemplate } from './template.ts';

const bus = '  Bus: {Type: AWS::Events::EventBus}';
const queues = `
  Mails: {Type: AWS::SQS::Queue, Properties: {QueueName: mails, VisibilityTimeout: 180, SqsManagedSseEnabled: true, RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadMails.Arn, maxReceiveCount: 5}}}
  DeadMails: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 1209600}}
  Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}`;
const events = (more: string) => evaluateTemplate(`Conditions: {Never: !Equals [a, b]}\nResources:\n${bus}${queues}\n${more}`).events;
const rule = (properties: string) =>
  events(`  R: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Bus, EventPattern: {source: [kelvo]}, ${properties}}}`);
const reader = (event: string) =>
  events(`  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: dist/F, Handler: index.handler, Events: {E: ${event}}}}`);

describe('what moves events in a template', () => {
  it('is rules with their targets', () => {
    const targets =
      'Targets: [{Id: a, Arn: !GetAtt Mails.Arn, DeadLetterConfig: {Arn: !GetAtt DeadMails.Arn}}, {Id: b, Arn: !GetAtt Orders.Arn, RoleArn: x, KinesisParameters: {PartitionKeyPath: $.detail.subject}}]';
    expect(rule(targets).rules).toEqual([
      {
        name: 'R',
        bus: 'Bus',
        pattern: { source: ['kelvo'] },
        targets: [
          { kind: 'queue', name: 'Mails' },
          { kind: 'stream', name: 'Orders', partitionKeyPath: '$.detail.subject' },
        ],
      },
    ]);
    expect(rule('State: DISABLED').rules).toEqual([]);
    expect(events('  R: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [aws.ses]}}}').rules).toMatchObject([
      { bus: 'default' },
    ]);
    expect(events('  R: {Type: AWS::Events::Rule, Condition: Never}').rules).toEqual([]);
  });

  it('is queues and streams', () => {
    const { queues, streams } = events('');
    expect(queues).toEqual([
      {
        name: 'Mails',
        queueName: 'mails',
        visibilitySeconds: 180,
        retentionSeconds: 345_600,
        deadLetters: { queue: 'DeadMails', maxReceiveCount: 5 },
      },
      { name: 'DeadMails', queueName: 'DeadMails', visibilitySeconds: 30, retentionSeconds: 1_209_600 },
    ]);
    expect(streams).toEqual([{ name: 'Orders', retentionHours: 24 }]);
  });

  it('is functions that read from queues', () => {
    expect(reader('{Type: SQS, Properties: {Queue: !GetAtt Mails.Arn}}').queueReaders).toEqual([
      { name: 'FE', functionId: 'F', queue: 'Mails', batchSize: 10, windowSeconds: 0, concurrency: 10, reportsFailures: false },
    ]);
    const all =
      'BatchSize: 5, MaximumBatchingWindowInSeconds: 2, FunctionResponseTypes: [ReportBatchItemFailures], ScalingConfig: {MaximumConcurrency: 3}';
    expect(reader(`{Type: SQS, Properties: {Queue: !GetAtt Mails.Arn, ${all}}}`).queueReaders).toMatchObject([
      { batchSize: 5, windowSeconds: 2, concurrency: 3, reportsFailures: true },
    ]);
    expect(reader('{Type: SQS, Properties: {Queue: !GetAtt Mails.Arn, Enabled: false}}').queueReaders).toEqual([]);
  });

  it('is functions that read from streams', () => {
    expect(reader('{Type: Kinesis, Properties: {Stream: !GetAtt Orders.Arn, StartingPosition: LATEST}}').streamReaders).toEqual([
      {
        ...{ name: 'FE', functionId: 'F', stream: 'Orders', batchSize: 100, windowSeconds: 0, tumblingSeconds: 0, fromBeginning: false },
        ...{ reportsFailures: false, retries: -1, maxAgeSeconds: -1, bisects: false },
      },
    ]);
    const all =
      'StartingPosition: TRIM_HORIZON, BatchSize: 50, MaximumBatchingWindowInSeconds: 1, TumblingWindowInSeconds: 60, FunctionResponseTypes: [ReportBatchItemFailures], MaximumRetryAttempts: 4, MaximumRecordAgeInSeconds: 3600, BisectBatchOnFunctionError: true, DestinationConfig: {OnFailure: {Destination: !GetAtt DeadMails.Arn}}';
    expect(reader(`{Type: Kinesis, Properties: {Stream: !GetAtt Orders.Arn, ${all}}}`).streamReaders).toMatchObject([
      {
        ...{ batchSize: 50, windowSeconds: 1, tumblingSeconds: 60, fromBeginning: true, reportsFailures: true },
        ...{ retries: 4, maxAgeSeconds: 3_600, bisects: true, onFailure: 'DeadMails' },
      },
    ]);
  });

  it.each([
    ['Targets: [{Id: a, Arn: !GetAtt Bus.Arn}]', 'Resources.R.Properties.Targets[0].Arn is neither a queue nor a stream'],
    ["Targets: [{Id: a, Arn: 'arn:aws:sqs:us-east-1:1:other'}]", 'Targets[0].Arn names no queue of the template: other'],
    ['Targets: [{Id: a, Arn: !GetAtt Mails.Arn, DeadLetterConfig: {Arn: x}}]', 'DeadLetterConfig.Arn names no queue of the template: x'],
    ['Targets: [{Id: a, Arn: !GetAtt Mails.Arn, InputPath: $.detail}]', 'Resources.R.Properties.Targets[0].InputPath is not known here'],
    [
      'Targets: [{Id: a, Arn: !GetAtt Orders.Arn, KinesisParameters: {PartitionKeyPath: "$.detail.items[0]"}}]',
      'PartitionKeyPath is no plain path',
    ],
    ['ScheduleExpression: rate(1 minute)', 'Resources.R.Properties.ScheduleExpression is not known here'],
  ])('a rule with %s is refused', (properties, message) => {
    expect(() => rule(properties)).toThrow(message);
  });

  it.each([
    ['{Type: S3}', 'Resources.F.Properties.Events.E is of a type that is not known here: S3'],
    ['{Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}', 'Events.E.Properties.Queue names no queue of the template: Orders'],
    ['{Type: SQS, Properties: {Queue: !GetAtt Mails.Arn, FilterCriteria: {}}}', 'Events.E.Properties.FilterCriteria is not known here'],
    ['{Type: SQS, Properties: {Queue: !GetAtt Mails.Arn, FunctionResponseTypes: [Other]}}', 'FunctionResponseTypes: unknown Other'],
    ['{Type: Kinesis, Properties: {Stream: !GetAtt Orders.Arn, StartingPosition: AT_TIMESTAMP}}', 'StartingPosition: unknown AT_TIMESTAMP'],
    [
      '{Type: Kinesis, Properties: {Stream: !GetAtt Orders.Arn, StartingPosition: LATEST, ParallelizationFactor: 2}}',
      'ParallelizationFactor',
    ],
  ])('a function’s event %s is refused', (event, message) => {
    expect(() => reader(event)).toThrow(message);
  });

  it.each([
    ['{Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}', 'Resources.X.Properties.FifoQueue is not known here'],
    [
      '{Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Bus.Arn, maxReceiveCount: 1}}}',
      'names no queue of the template: Bus',
    ],
    ['{Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}', 'Resources.X.Properties.ShardCount: a stream has one shard here'],
    ['{Type: AWS::Events::Rule, Properties: {}}', 'Resources.X.Properties has no EventPattern'],
  ])('%s is refused', (resource, message) => {
    expect(() => events(`  X: ${resource}`)).toThrow(message);
  });
});
