/** The shapes in which Lambda brings messages of SQS and records of Kinesis to a function, and an event of EventBridge in them. */
import { createHash, randomUUID } from 'node:crypto';
import type { KinesisStreamRecord, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import type { StreamReader } from '../template-events.ts';
import type { BusEvent } from './bus.ts';

export const arnOf = (service: 'sqs' | 'kinesis' | 'lambda', name: string): string =>
  `arn:aws:${service}:us-east-1:000000000000:${{ sqs: '', kinesis: 'stream/', lambda: 'function:' }[service]}${name}`;

/** The event as targets get it: the bus is not part of it. */
export const eventBody = ({ bus: _, ...event }: BusEvent): string => JSON.stringify(event);

/** What a stream's record goes by: the event's value at the target's path, else the event's id, as in EventBridge. */
export function partitionKeyOf(event: BusEvent, path: string | undefined): string {
  let value: unknown = event;
  for (const name of path?.split('.').slice(1) ?? []) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return path !== undefined && (typeof value === 'string' || typeof value === 'number') ? String(value).replaceAll('\0', '') : event.id;
}

/** A message that was received. */
export interface Message {
  id: string;
  queue: string;
  body: string;
  sent_at: Date;
  first_received_at: Date;
  /** How often it was received, this time included. */
  received: number;
  /** Names this receiving: a message that was received again since has another one. */
  receipt: string;
  /** The queue that gave it up, of a dead letter. */
  source: string | null;
  attributes: Record<string, MessageAttribute>;
}

/** A message attribute, as SQS's API has it. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

/** The same in Lambda's spelling. */
const lambdaAttribute = ({ DataType, StringValue, BinaryValue }: MessageAttribute): SQSMessageAttribute => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});

export const sqsRecord = ({ id, queue, body, sent_at, first_received_at, received, receipt, source, attributes }: Message): SQSRecord => ({
  messageId: id,
  receiptHandle: receipt,
  body,
  attributes: {
    ApproximateReceiveCount: String(received),
    SentTimestamp: String(sent_at.getTime()),
    SenderId: '000000000000',
    ApproximateFirstReceiveTimestamp: String(first_received_at.getTime()),
    ...(source !== null && { DeadLetterQueueSourceArn: arnOf('sqs', source) }),
  },
  messageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, lambdaAttribute(attribute)])),
  md5OfBody: createHash('md5').update(body).digest('hex'),
  eventSource: 'aws:sqs',
  eventSourceARN: arnOf('sqs', queue),
  awsRegion: 'us-east-1',
});

export const shardId = 'shardId-000000000000';

/** A record of a stream. */
export interface StreamRecord {
  /** 1, 2, 3 … within the stream. */
  sequence: number;
  partition_key: string;
  data: string;
  arrived_at: Date;
}

/** 56 digits, as Kinesis has them: texts of one length sort like numbers. */
export const sequenceNumber = (sequence: number): string => `49590338271490256608559692538361571095${String(sequence).padStart(18, '0')}`;

export const kinesisRecord = (stream: string, { sequence, partition_key, data, arrived_at }: StreamRecord): KinesisStreamRecord => ({
  kinesis: {
    kinesisSchemaVersion: '1.0',
    partitionKey: partition_key,
    sequenceNumber: sequenceNumber(sequence),
    data: Buffer.from(data).toString('base64'),
    approximateArrivalTimestamp: arrived_at.getTime() / 1000,
  },
  eventSource: 'aws:kinesis',
  eventVersion: '1.0',
  eventID: `${shardId}:${sequenceNumber(sequence)}`,
  eventName: 'aws:kinesis:record',
  invokeIdentityArn: 'arn:aws:iam::000000000000:role/local',
  awsRegion: 'us-east-1',
  eventSourceARN: arnOf('kinesis', stream),
});

/** What a call has besides its records when the reader has tumbling windows (AWS docs services-kinesis-windows). */
export const windowOf = (
  { stream }: StreamReader,
  window: { start: Date; end: Date },
  state: unknown,
  { final = false, early = false }: { final?: boolean; early?: boolean } = {},
) => ({
  window: { start: wholeSeconds(window.start), end: wholeSeconds(window.end) },
  state,
  shardId,
  eventSourceARN: arnOf('kinesis', stream),
  isFinalInvokeForWindow: final,
  isWindowTerminatedEarly: early,
});

const wholeSeconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** What the on-failure destination is told of records that were given up: where they are, not what is in them. */
export function givenUp(
  { functionId, stream }: StreamReader,
  records: readonly StreamRecord[],
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded',
  calls: number,
  now: Date,
): string {
  const [first, last] = [records[0], records.at(-1)] as [StreamRecord, StreamRecord];
  return JSON.stringify({
    requestContext: { requestId: randomUUID(), functionArn: arnOf('lambda', functionId), condition, approximateInvokeCount: calls },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: now.toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: sequenceNumber(first.sequence),
      endSequenceNumber: sequenceNumber(last.sequence),
      approximateArrivalOfFirstRecord: first.arrived_at.toISOString(),
      approximateArrivalOfLastRecord: last.arrived_at.toISOString(),
      batchSize: records.length,
      streamArn: arnOf('kinesis', stream),
    },
  });
}
