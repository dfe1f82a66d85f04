import type { KinesisStreamRecord } from 'aws-lambda';
import { type Delivery, nameIn } from './delivery.ts';

/** A record of a stream that a rule of the bus writes to. Its number in the shard is what a partial answer names. */
export const kinesisDelivery = ({ kinesis, eventSourceARN }: KinesisStreamRecord): Delivery => ({
  system: 'aws_kinesis',
  destination: nameIn(eventSourceARN),
  messageId: kinesis.sequenceNumber,
  body: Buffer.from(kinesis.data, 'base64').toString(),
  receives: 1,
});
