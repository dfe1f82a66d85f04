/** Queues between the bus and its consumers, on a real PostgreSQL: what SQS and Lambda's event source mapping would do. */
import { createHash } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { BusEvent } from '#local/pumps/bus.ts';
import { evaluateTemplate } from '#local/template.ts';
import { busEvent, gate, pumpsOfFile } from '#tests/support/pumps.ts';

/** @param reader more properties of the function's event */
const template = (reader = '{}') =>
  evaluateTemplate(`
Resources:
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: kelvo}}
  Mails: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 180, RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadMails.Arn, maxReceiveCount: 3}}}
  DeadMails: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 1209600}}
  MailRule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [kelvo], detail-type: [{prefix: order.}]}
      Targets: [{Id: queue, Arn: !GetAtt Mails.Arn, DeadLetterConfig: {Arn: !GetAtt DeadMails.Arn}}]
  SendMail:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/SendMail
      Handler: index.handler
      Events:
        Messages: {Type: SQS, Properties: {Queue: !GetAtt Mails.Arn, FunctionResponseTypes: [ReportBatchItemFailures], ${reader.slice(1, -1)}}}
`);

const idsIn = ({ Records }: SQSEvent) => Records.map(({ body }) => (JSON.parse(body) as BusEvent).id);
const { start, query } = pumpsOfFile<SQSEvent>(template());

describe('an event on the bus', () => {
  it('comes to the function of each queue whose rule matches, as SQS brings it', async () => {
    const { pumps, calls } = await start(() => ({ batchItemFailures: [] }));
    const created = busEvent();
    pumps.begin();
    await pumps.deliver([created, busEvent('payment.failed.v1'), busEvent('order.created.v1', {}, 'another-bus')]);
    await pumps.settled();
    expect(calls).toHaveLength(1);
    const { bus: _, ...delivered } = created;
    const body = JSON.stringify(delivered);
    expect(calls[0]).toEqual({
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.stringMatching(/^[0-9a-f-]{36}$/),
          body,
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {},
          md5OfBody: createHash('md5').update(body).digest('hex'),
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Mails',
          awsRegion: 'us-east-1',
        },
      ],
    });
  });

  it('is refused when it cannot be stored, so that its sender keeps it', async () => {
    const { pumps, calls } = await start(() => undefined);
    await query('alter table aws.messages rename to elsewhere');
    await expect(pumps.deliver([busEvent()])).rejects.toThrow('aws.messages');
    await query('alter table aws.elsewhere rename to messages');
    pumps.begin();
    await pumps.settled();
    expect(calls).toEqual([]);
  });
});

describe('a queue', () => {
  it('brings what waits in batches of the size that the template says', async () => {
    const { pumps, calls } = await start(() => undefined, {
      template: template('{BatchSize: 4, ScalingConfig: {MaximumConcurrency: 2}}'),
    });
    const events = Array.from({ length: 10 }, () => busEvent());
    await pumps.deliver(events);
    pumps.begin();
    await pumps.settled();
    expect(calls.map(({ Records }) => Records.length)).toEqual([4, 4, 2]);
    expect(calls.flatMap(idsIn)).toEqual(events.map(({ id }) => id));
  });

  it('brings only those messages again that the answer names', async () => {
    const { pumps, calls } = await start(({ Records }) => ({
      batchItemFailures: calls.length === 1 ? [{ itemIdentifier: Records[1]?.messageId }] : [],
    }));
    const events = [busEvent(), busEvent(), busEvent()];
    await pumps.deliver(events);
    pumps.begin();
    await pumps.settled();
    expect(calls.map(idsIn)).toEqual([events.map(({ id }) => id), [events[1]?.id]]);
    expect(calls[1]?.Records[0]).toMatchObject({
      messageId: calls[0]?.Records[1]?.messageId,
      attributes: { ApproximateReceiveCount: '2' },
    });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no'))],
    ['answers with no list', () => ({ batchItemFailures: 'all' })],
    ['names a message that is not of the batch', () => ({ batchItemFailures: [{ itemIdentifier: 'nobody' }] })],
    ['names nothing', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ])('brings the whole batch again when the function %s', async (_, fail) => {
    const { pumps, calls } = await start(() => (calls.length === 1 ? fail() : undefined));
    const events = [busEvent(), busEvent()];
    await pumps.deliver(events);
    pumps.begin();
    await pumps.settled();
    expect(calls.map(idsIn)).toEqual([events.map(({ id }) => id), events.map(({ id }) => id)]);
  });

  it('gives a message up after as many tries as its redrive policy says, while others pass', async () => {
    const poison = busEvent();
    const { pumps, calls, held } = await start((given) => ({
      batchItemFailures: given.Records.filter(({ body }) => body.includes(poison.id)).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    }));
    await pumps.deliver([busEvent(), poison, busEvent()]);
    pumps.begin();
    await pumps.settled();
    expect(calls.filter((call) => idsIn(call).includes(poison.id))).toHaveLength(3);
    expect(await held('Mails')).toMatchObject({ consumer: 'SendMail', visible: 0, underWay: 0, delayed: 0, dead: 1 });
    expect(await held('DeadMails')).toMatchObject({ consumer: null, visible: 1 });
    const [dead] = await query('select body, source, received from aws.messages');
    expect(dead).toMatchObject({ body: expect.stringContaining(poison.id), source: 'Mails', received: 3 });
  });

  it('never has more calls under way than its concurrency', async () => {
    const { open, opened } = gate();
    let under = 0;
    let most = 0;
    const { pumps, calls, held } = await start(
      async () => {
        most = Math.max(most, ++under);
        await opened;
        under -= 1;
      },
      { template: template('{BatchSize: 1, ScalingConfig: {MaximumConcurrency: 3}}') },
    );
    await pumps.deliver(Array.from({ length: 8 }, () => busEvent()));
    pumps.begin();
    await expect.poll(() => calls.length).toBe(3);
    expect(await held('Mails')).toMatchObject({ visible: 5, underWay: 3 });
    open();
    await pumps.settled();
    expect([calls.length, most]).toEqual([8, 3]);
  });

  it('lets nobody else have a message until its visibility time-out is over', async () => {
    const { open, opened } = gate();
    const { pumps, calls } = await start(() => opened);
    await pumps.deliver([busEvent()]);
    pumps.begin();
    await expect.poll(() => calls.length).toBe(1);
    pumps.advance(170_000); // and ten seconds for a busy machine
    pumps.wake('Mails');
    await pumps.deliver([busEvent()]);
    await expect.poll(() => calls.length).toBe(2);
    expect(calls.flatMap(idsIn)).toEqual([...new Set(calls.flatMap(idsIn))]);
    pumps.advance(10_001);
    await expect.poll(() => calls.length).toBe(3);
    expect(calls[2]).toMatchObject({ Records: [{ messageId: calls[0]?.Records[0]?.messageId }] });
    open();
    await pumps.settled();
  });

  it('waits for a full batch as long as its batch window lasts', async () => {
    const { pumps, calls } = await start(() => undefined, {
      template: template('{BatchSize: 3, MaximumBatchingWindowInSeconds: 300}'),
    });
    pumps.begin();
    await pumps.deliver([busEvent(), busEvent()]);
    await pumps.deliver([busEvent()]);
    await pumps.settled();
    expect(calls.map(({ Records }) => Records.length)).toEqual([3]);
    await pumps.deliver([busEvent()]);
    pumps.advance(299_000);
    expect(calls).toHaveLength(1);
    pumps.advance(1_001);
    await pumps.settled();
    expect(calls.map(({ Records }) => Records.length)).toEqual([3, 1]);
  });

  it('brings every n-th message twice when that is asked for', async () => {
    const { pumps, calls } = await start(() => undefined, { duplicateEvery: 3 });
    const events = Array.from({ length: 7 }, () => busEvent());
    await pumps.deliver(events);
    pumps.begin();
    await pumps.settled();
    const times = events.map(({ id }) => calls.flatMap(idsIn).filter((each) => each === id).length);
    expect(times).toEqual([1, 1, 2, 1, 1, 2, 1]);
  });

  it('goes on where it was after a stop in the middle of a call', async () => {
    const first = await start(() => new Promise(() => {}), {
      template: template('{BatchSize: 2, ScalingConfig: {MaximumConcurrency: 2}}'),
    });
    const events = Array.from({ length: 6 }, () => busEvent());
    await first.pumps.deliver(events);
    first.pumps.begin();
    await expect.poll(() => first.calls.length).toBe(2);
    await first.pumps.stop(0);
    const second = await start(() => undefined);
    second.pumps.begin();
    await second.pumps.settled();
    expect(second.calls.flatMap(idsIn).sort()).toEqual(events.map(({ id }) => id).sort());
  });

  it('waits while its database is away, and forgets nothing that a function has done', async () => {
    const { open, opened } = gate();
    const said: string[] = [];
    const { pumps, calls } = await start(() => opened, { say: (line) => said.push(line) });
    await pumps.deliver([busEvent()]);
    pumps.begin();
    await expect.poll(() => calls.length).toBe(1);
    await query('alter table aws.messages rename to elsewhere');
    open();
    await expect.poll(() => said).toEqual([expect.stringContaining('queues wait for their database')]);
    await query('alter table aws.elsewhere rename to messages');
    await pumps.settled();
    expect(calls).toHaveLength(1);
  });
});
