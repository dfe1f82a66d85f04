/** Records as AWS's queues and streams bring them to a function, with our events in them. */
import { randomUUID } from 'node:crypto';
import type { Context, KinesisStreamRecord, SQSEvent, SQSRecord } from 'aws-lambda';
import type { EventContract, EventData } from '#platform/events/contract.ts';
import { type KelvoEvent, makeEvent } from '#platform/events/event.ts';
import { newTraceIds, type TraceIds } from '#platform/telemetry/trace-ids.ts';

/** An event as `appendEvent` would write it. */
export const eventOf = <E extends EventContract>(
  { type }: E,
  data: EventData<E>,
  { at = new Date(), trace = newTraceIds() }: { at?: Date; trace?: TraceIds } = {},
): KelvoEvent<EventData<E>> => makeEvent(type, randomUUID(), data, at, trace);

/** What a rule of the bus puts into a queue or stream for an event. */
export const busEventOf = (event: Pick<KelvoEvent, 'type' | 'time'>) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': event.type,
  source: 'kelvo',
  account: '000000000000',
  time: `${event.time.slice(0, 19)}Z`,
  region: 'us-east-1',
  resources: [],
  detail: event,
});

/** A message of a queue. @param receives how often it was received, this time included */
export const sqsRecord = (body: string, { receives = 1, queue = 'kelvo-local-test' } = {}): SQSRecord => ({
  messageId: randomUUID(),
  receiptHandle: 'a-handle',
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '1732620000000',
    SenderId: 'AIDAEXAMPLE',
    ApproximateFirstReceiveTimestamp: '1732620000001',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
  awsRegion: 'us-east-1',
});

/** A batch of our events, in the order given. */
export const batchOf = (...events: Pick<KelvoEvent, 'type' | 'time'>[]): SQSEvent => ({
  Records: events.map((event) => sqsRecord(JSON.stringify(busEventOf(event)))),
});

let sequence = 0;
/** A record of a stream, later in it than those made before. */
export function kinesisRecord(data: string, { stream = 'kelvo-local-test' } = {}): KinesisStreamRecord {
  sequence += 1;
  const sequenceNumber = `49590338271490256608559692538361571095${String(sequence).padStart(18, '0')}`;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: '1',
      sequenceNumber,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: 1_732_620_000.5,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/test',
    awsRegion: 'us-east-1',
    eventSourceARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`,
  };
}

/** What Lambda hands to a function besides the event. @param remainingMs until its time-out */
export const contextOf = (functionName: string, remainingMs = 30_000): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
  memoryLimitInMB: '512',
  awsRequestId: randomUUID(),
  logGroupName: '/kelvo/local/functions/test',
  logStreamName: 'test',
  getRemainingTimeInMillis: () => remainingMs,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
});
