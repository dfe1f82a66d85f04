import { span } from '../telemetry/trace.ts';
import type { Envelope } from './envelope.ts';

/** A record of a queue or stream, as far as spans and logs tell of it. */
export interface Delivery {
  /** OpenTelemetry's name of the messaging system. */
  system: 'aws_sqs' | 'aws_kinesis';
  /** The queue's or stream's name. */
  destination: string;
  messageId: string;
  body: string;
  /** How often the message was received, this time included; 1 for a stream, which does not say. */
  receives: number;
}

/** The last part of an ARN: the queue's or stream's name. */
export const nameIn = (arn: string): string => arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);

/**
 * Runs the work of one record in a span of its own, which belongs to the trace that sent the event: a batch of three joins three traces.
 * Attributes are OpenTelemetry's for messaging and CloudEvents.
 * @param envelope undefined when the record could not be read
 */
export function inDeliverySpan<T>(
  { system, destination, messageId }: Delivery,
  envelope: Envelope | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const tags = {
    'span.kind': 'consumer',
    'resource.name': `process ${destination}`,
    'messaging.system': system,
    'messaging.operation': 'process',
    'messaging.destination.name': destination,
    'messaging.message.id': messageId,
    ...(envelope && { 'cloudevents.event_id': envelope.id, 'cloudevents.event_type': envelope.type }),
  };
  return span('event.process', tags, work, envelope?.trace ?? {});
}
