/** A stream between the bus and its reader, on a real PostgreSQL: what Kinesis and Lambda's event source mapping would do, windows included. */
import type { KinesisStreamRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { BusEvent } from '#local/pumps/bus.ts';
import { evaluateTemplate } from '#local/template.ts';
import { busEvent, gate, pumpsOfFile } from '#tests/support/pumps.ts';

/** @param reader more properties of the function's event */
const template = (reader = '') =>
  evaluateTemplate(`
Resources:
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: kelvo}}
  Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  OrdersDead: {Type: AWS::SQS::Queue}
  OrdersRule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [kelvo], detail-type: [{prefix: order.}]}
      Targets: [{Id: stream, Arn: !GetAtt Orders.Arn, KinesisParameters: {PartitionKeyPath: $.detail.subject}}]
  RollUp:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/RollUp
      Handler: index.handler
      Events:
        Records: {Type: Kinesis, Properties: {Stream: !GetAtt Orders.Arn, StartingPosition: TRIM_HORIZON${reader && `, ${reader}`}}}
`);
const tumbling = (more = '') => template(`TumblingWindowInSeconds: 60${more && `, ${more}`}`);

interface StreamEvent {
  Records: KinesisStreamRecord[];
  window?: { start: string; end: string };
  state?: { count?: number; large?: string };
  shardId?: string;
  isFinalInvokeForWindow?: boolean;
  isWindowTerminatedEarly?: boolean;
}
const idsIn = ({ Records }: StreamEvent) =>
  Records.map(({ kinesis }) => (JSON.parse(Buffer.from(kinesis.data, 'base64').toString()) as BusEvent).id);
const numbersIn = ({ Records }: StreamEvent) => Records.map(({ kinesis }) => kinesis.sequenceNumber);
/** A reader that counts its records in the window's state. */
const count = ({ Records, state }: StreamEvent) => ({ state: { count: (state?.count ?? 0) + Records.length }, batchItemFailures: [] });
const countsIn = (calls: StreamEvent[]) =>
  calls.map(({ Records, state, isFinalInvokeForWindow: final }) => [Records.length, state?.count ?? 0, final]);

const { start, query } = pumpsOfFile<StreamEvent>(template());

describe('a stream', () => {
  it('brings events in their order, as Kinesis brings them', async () => {
    const { pumps, calls } = await start(() => undefined);
    const events = [busEvent('order.created.v1', { subject: 'order-1' }), busEvent('order.paid.v1'), busEvent('payment.failed.v1')];
    await pumps.deliver(events);
    await pumps.deliver([busEvent()]);
    pumps.begin();
    await pumps.settled();
    expect(calls).toHaveLength(1);
    const { bus: _, ...first } = events[0] as BusEvent;
    expect(calls[0]?.Records).toHaveLength(3);
    expect(calls[0]?.Records[0]).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'order-1',
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: Buffer.from(JSON.stringify(first)).toString('base64'),
        approximateArrivalTimestamp: expect.closeTo(pumps.now().getTime() / 1_000, -2),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000000:${numbersIn(calls[0] as StreamEvent)[0]}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: expect.stringContaining('arn:aws:iam::'),
      awsRegion: 'us-east-1',
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/Orders',
    });
    expect(Object.keys(calls[0] as StreamEvent)).toEqual(['Records']);
    // Without a value at the path the key is the event's id.
    expect(calls[0]?.Records[1]?.kinesis.partitionKey).toBe(events[1]?.id);
    const numbers = numbersIn(calls[0] as StreamEvent);
    expect(numbers).toEqual([...new Set(numbers)].sort());
  });

  it('brings every record once and in order, however many are put at once', async () => {
    const { pumps, calls } = await start(() => undefined, { template: template('BatchSize: 7') });
    pumps.begin();
    const events = Array.from({ length: 60 }, () => busEvent());
    await Promise.all(events.map((event) => pumps.deliver([event])));
    await pumps.settled();
    const numbers = calls.flatMap(numbersIn);
    expect(numbers).toEqual([...numbers].sort());
    expect(calls.flatMap(idsIn).sort()).toEqual(events.map(({ id }) => id));
    expect(Math.max(...calls.map(({ Records }) => Records.length))).toBeLessThanOrEqual(7);
  });

  it('brings a failed batch again before it goes on', async () => {
    const { pumps, calls } = await start(() => (calls.length <= 2 ? Promise.reject(new Error('no')) : undefined), {
      template: template('BatchSize: 2'),
    });
    const events = [busEvent(), busEvent(), busEvent()];
    await pumps.deliver(events);
    pumps.begin();
    await pumps.settled();
    const ids = events.map(({ id }) => id);
    expect(calls.map(idsIn)).toEqual([ids.slice(0, 2), ids.slice(0, 2), ids.slice(0, 2), ids.slice(2)]);
  });

  it('goes on at the first record that the answer names', async () => {
    const { pumps, calls } = await start(
      (call) => ({ batchItemFailures: calls.length === 1 ? [3, 1].map((i) => ({ itemIdentifier: numbersIn(call)[i] })) : [] }),
      { template: template('FunctionResponseTypes: [ReportBatchItemFailures]') },
    );
    const events = Array.from({ length: 4 }, () => busEvent());
    await pumps.deliver(events);
    pumps.begin();
    await pumps.settled();
    const ids = events.map(({ id }) => id);
    expect(calls.map(idsIn)).toEqual([ids, ids.slice(1)]);
  });

  it('gives a record up after its retries, alone when the reader bisects, and tells its on-failure queue where it is', async () => {
    const poison = busEvent();
    const limits =
      'BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2, DestinationConfig: {OnFailure: {Destination: !GetAtt OrdersDead.Arn}}';
    const { pumps, calls, held } = await start(
      (call) => (idsIn(call).includes(poison.id) ? Promise.reject(new Error('poison')) : undefined),
      {
        template: template(limits),
      },
    );
    const others = Array.from({ length: 6 }, () => busEvent());
    await pumps.deliver([...others.slice(0, 4), poison, ...others.slice(4)]);
    pumps.begin();
    await pumps.settled();
    const good = calls.filter((call) => !idsIn(call).includes(poison.id));
    expect(good.flatMap(idsIn)).toEqual(others.map(({ id }) => id));
    const alone = calls.filter((call) => idsIn(call).includes(poison.id) && call.Records.length === 1);
    expect(alone).toHaveLength(3);
    expect(await held('OrdersDead')).toMatchObject({ visible: 1, consumer: null });
    expect(await held('Orders')).toMatchObject({ kind: 'stream', consumer: 'RollUp', visible: 0, dead: 1 });
    const [row] = (await query('select body from aws.messages')) as { body: string }[];
    const number = numbersIn(alone[0] as StreamEvent)[0];
    expect(JSON.parse(row?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3, functionArn: expect.stringContaining('RollUp') },
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: number,
        endSequenceNumber: number,
        batchSize: 1,
        streamArn: expect.stringContaining('stream/Orders'),
      },
    });
  });

  it('gives records up that have become too old', async () => {
    const { pumps, calls } = await start(
      () => {
        if (calls.length > 2) return undefined;
        pumps.advance(61_000);
        throw new Error('no');
      },
      { template: template('MaximumRecordAgeInSeconds: 60') },
    );
    await pumps.deliver([busEvent(), busEvent()]);
    pumps.begin();
    await pumps.settled();
    expect(calls).toHaveLength(1);
  });

  it('begins at the end for a reader that wants the latest, and later goes on where that one was', async () => {
    const events = [busEvent(), busEvent(), busEvent()];
    const latest = { template: evaluateLatest() };
    const before = await start(() => undefined, { template: { events: { ...latest.template.events, streamReaders: [] } } });
    await before.pumps.deliver(events.slice(0, 1));
    const { pumps, calls } = await start(() => undefined, latest);
    await pumps.deliver(events.slice(1, 2));
    await pumps.stop();
    const again = await start(() => undefined, latest);
    await again.pumps.deliver(events.slice(2));
    again.pumps.begin();
    await again.pumps.settled();
    expect(calls).toEqual([]);
    expect(again.calls.flatMap(idsIn)).toEqual(events.slice(1).map(({ id }) => id));
  });
});

const evaluateLatest = () => {
  const { events, ...rest } = template();
  return { ...rest, events: { ...events, streamReaders: events.streamReaders.map((reader) => ({ ...reader, fromBeginning: false })) } };
};

describe('a tumbling window', () => {
  it('passes the state from call to call, and ends with a call that brings no records', async () => {
    const { pumps, calls, held } = await start(count, { template: tumbling('BatchSize: 2') });
    pumps.begin();
    await pumps.deliver(Array.from({ length: 5 }, () => busEvent()));
    await pumps.settled();
    expect(countsIn(calls)).toEqual([
      [2, 0, false],
      [2, 2, false],
      [1, 4, false],
    ]);
    const { window } = (await held('Orders')) ?? {};
    pumps.advance(60_000);
    await pumps.settled();
    expect(countsIn(calls.slice(3))).toEqual([[0, 5, true]]);
    expect(Date.parse(window?.end ?? '') - Date.parse(window?.start ?? '')).toBe(60_000);
    expect(Date.parse(window?.start ?? '') % 60_000).toBe(0);
    const seconds = (iso = '') => iso.replace('.000Z', 'Z');
    for (const call of calls) {
      expect(call).toMatchObject({
        window: { start: seconds(window?.start), end: seconds(window?.end) },
        shardId: 'shardId-000000000000',
        eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/Orders',
        isWindowTerminatedEarly: false,
      });
    }
    expect(await held('Orders')).toMatchObject({ window: null });
    // Without records there is no window, so no final call either.
    pumps.advance(600_000);
    await pumps.settled();
    expect(calls).toHaveLength(4);
    // The next one begins with an empty state.
    await pumps.deliver([busEvent()]);
    await pumps.settled();
    expect(calls[4]).toMatchObject({ state: {}, isFinalInvokeForWindow: false });
    expect(Date.parse(calls[4]?.window?.start ?? '')).toBeGreaterThanOrEqual(Date.parse(window?.end ?? '') + 600_000);
  });

  it('takes records by the time of their arrival, also when its reader is late', async () => {
    const { pumps, calls } = await start(count, { template: tumbling() });
    await pumps.deliver([busEvent()]);
    await pumps.deliver([busEvent()]);
    pumps.advance(60_000);
    await pumps.deliver([busEvent()]);
    pumps.advance(300_000);
    pumps.begin();
    await pumps.settled();
    expect(countsIn(calls)).toEqual([
      [2, 0, false],
      [0, 2, true],
      [1, 0, false],
      [0, 1, true],
    ]);
    const starts = calls.map(({ window }) => Date.parse(window?.start ?? ''));
    expect([starts[1], starts[2], starts[3]]).toEqual([starts[0], (starts[0] ?? 0) + 60_000, (starts[0] ?? 0) + 60_000]);
  });

  it('is complete once it has ended: what is stored later arrives in a later one', async () => {
    const { open, opened } = gate();
    const { pumps, calls } = await start(
      async (call) => {
        if (call.isFinalInvokeForWindow && calls.length === 2) await opened;
        return count(call);
      },
      { template: tumbling() },
    );
    await pumps.deliver([busEvent()]);
    pumps.advance(60_000);
    pumps.begin();
    await expect.poll(() => calls.length).toBe(2);
    // Its clock is behind: the record was put before the window ended, and is stored after.
    pumps.advance(-60_000);
    await pumps.deliver([busEvent()]);
    pumps.advance(60_000);
    open();
    await pumps.settled();
    expect(countsIn(calls)).toEqual([
      [1, 0, false],
      [0, 1, true],
      [1, 0, false],
    ]);
    expect(Date.parse(calls[2]?.window?.start ?? '')).toBe(Date.parse(calls[1]?.window?.end ?? ''));
  });

  it('goes on after a restart with the state that it had', async () => {
    const first = await start(count, { template: tumbling() });
    first.pumps.begin();
    await first.pumps.deliver([busEvent(), busEvent()]);
    await first.pumps.settled();
    await first.pumps.stop();
    const second = await start(count, { template: tumbling() }, first.ahead);
    second.pumps.begin();
    await second.pumps.deliver([busEvent()]);
    await second.pumps.settled();
    second.pumps.advance(60_000);
    await second.pumps.settled();
    expect(countsIn(second.calls)).toEqual([
      [1, 2, false],
      [0, 3, true],
    ]);
    expect(second.calls[1]?.window).toEqual(first.calls[0]?.window);
  });

  it('takes an answer without state as a failure, of a final call too, and keeps the state from before', async () => {
    const { pumps, calls } = await start((call) => (calls.length === 2 || calls.length === 4 ? { batchItemFailures: [] } : count(call)), {
      template: tumbling('BatchSize: 1'),
    });
    pumps.begin();
    await pumps.deliver([busEvent(), busEvent()]);
    await pumps.settled();
    pumps.advance(60_000);
    await pumps.settled();
    expect(countsIn(calls)).toEqual([
      [1, 0, false],
      [1, 1, false],
      [1, 1, false],
      [0, 2, true],
      [0, 2, true],
    ]);
    expect(idsIn(calls[2] as StreamEvent)).toEqual(idsIn(calls[1] as StreamEvent));
  });

  it('waits with everything else until its final call has worked', async () => {
    let failures = 2;
    const { pumps, calls } = await start(
      (call) => (call.isFinalInvokeForWindow && failures-- > 0 ? Promise.reject(new Error('no')) : count(call)),
      {
        template: tumbling('MaximumRetryAttempts: 0'),
      },
    );
    await pumps.deliver([busEvent()]);
    pumps.advance(60_000);
    await pumps.deliver([busEvent()]);
    pumps.begin();
    await pumps.settled();
    expect(countsIn(calls)).toEqual([
      [1, 0, false],
      [0, 1, true],
      [0, 1, true],
      [0, 1, true],
      [1, 0, false],
    ]);
  });

  it('ends early when its state is larger than a megabyte, and goes on with a fresh one', async () => {
    const large = 'x'.repeat(1024 * 1024);
    const { pumps, calls } = await start((call) => (call.Records.length === 2 ? { state: { count: 2, large } } : count(call)), {
      template: tumbling('BatchSize: 2'),
    });
    pumps.begin();
    await pumps.deliver([busEvent(), busEvent(), busEvent()]);
    await pumps.settled();
    expect(calls.map(({ isFinalInvokeForWindow, isWindowTerminatedEarly }) => [isFinalInvokeForWindow, isWindowTerminatedEarly])).toEqual([
      [false, false],
      [true, true],
      [false, false],
    ]);
    expect(calls[1]).toMatchObject({ Records: [], state: { count: 2 }, window: calls[0]?.window });
    pumps.advance(60_000);
    await pumps.settled();
    expect(countsIn(calls.slice(2))).toEqual([
      [1, 0, false],
      [0, 1, true],
    ]);
    expect(calls[3]).toMatchObject({ isWindowTerminatedEarly: false, window: calls[0]?.window });
  });

  it('that ended early has its final call at its end all the same, without any records since', async () => {
    const large = 'x'.repeat(1024 * 1024);
    const { pumps, calls } = await start((call) => (call.Records.length === 1 ? { state: { count: 1, large } } : count(call)), {
      template: tumbling(),
    });
    pumps.begin();
    await pumps.deliver([busEvent()]);
    await pumps.settled();
    pumps.advance(60_000);
    await pumps.settled();
    expect(calls.map(({ state, isWindowTerminatedEarly: early }) => [state?.count ?? 0, early])).toEqual([
      [0, false],
      [1, true],
      [0, false],
    ]);
    expect(calls[2]).toMatchObject({ Records: [], isFinalInvokeForWindow: true, window: calls[0]?.window });
  });
});
