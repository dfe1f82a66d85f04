import { type Envelope, openEnvelope } from '#platform/events/envelope.ts';
import { foreignText } from '#platform/foreign-text.ts';
import { readTraceIds } from '#platform/telemetry/trace-ids.ts';
import type { DeadLetter } from './contract.ts';

/** A message of a dead-letter queue, as far as it says what it is. */
export interface DeadMessage {
  /** SQS's, a UUID. The same for as long as the message is in the queue. */
  id: string;
  body: string;
  /** When it was sent: to the queue that it died in, or by EventBridge straight to the dead letters. */
  sentAt: string;
  /** Its message attributes that are text. */
  attributes: Readonly<Record<string, string>>;
}

/** Why a consumer failed, as it noted it (`consumer_failures`). */
export interface NotedFailure {
  error: string;
  tries: number;
  failedAt: string;
}

/** What a consumer notes a message's failures under: its event's id, or its own where no event can be read. */
export const failureKeyOf = (message: DeadMessage): string => envelopeOf(message)?.id ?? message.id;

/**
 * A dead letter with its reason: what its consumer noted last, or what AWS wrote on it.
 * @param queue the short name of the queue that it died in: `notify-people`
 */
export function deadLetterOf(queue: string, message: DeadMessage, noted: NotedFailure | undefined): DeadLetter {
  const envelope = envelopeOf(message);
  const fromAws = undelivered(message) ?? abandonedBatch(message);
  return {
    id: message.id,
    queue,
    event: envelope
      ? {
          id: envelope.id,
          type: envelope.type,
          subject: envelope.subject,
          time: new Date(envelope.time).toISOString(),
          traceId: readTraceIds(envelope.trace)?.traceId ?? null,
        }
      : null,
    reason: fromAws?.reason ?? noted?.error ?? null,
    failedAt: fromAws ? message.sentAt : (noted?.failedAt ?? message.sentAt),
    tries: fromAws?.tries ?? noted?.tries ?? null,
  };
}

/** Whether the message is a note of Lambda about records of a stream, which holds their places and not the records: there is nothing to send back. */
export const namesRecordsOnly = (message: DeadMessage): boolean => abandonedBatch(message) !== undefined;

function envelopeOf({ body }: DeadMessage): Envelope | undefined {
  try {
    return openEnvelope(body);
  } catch {
    return undefined; // shown without an event: its reason says what it lacks
  }
}

interface FromAws {
  reason: string;
  tries: number | null;
}

/**
 * What EventBridge writes on an event that it could not hand to its rule's target
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
function undelivered({ attributes }: DeadMessage): FromAws | undefined {
  const { ERROR_CODE: code, ERROR_MESSAGE: said, RETRY_ATTEMPTS: attempts } = attributes;
  if (code === undefined || attributes.RULE_ARN === undefined) return undefined;
  const tries = /^\d{1,6}$/.test(attempts ?? '') ? Number(attempts) + 1 : null;
  return { reason: foreignText(`Not delivered by EventBridge: ${code}${said ? `: ${said}` : ''}`), tries };
}

/**
 * What Lambda leaves when it gives up on records of a stream: where they stand in it
 * (https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html).
 */
function abandonedBatch({ body }: DeadMessage): FromAws | undefined {
  const note = jsonOf(body) as {
    requestContext?: { condition?: unknown; approximateInvokeCount?: unknown };
    KinesisBatchInfo?: { shardId?: unknown; startSequenceNumber?: unknown; batchSize?: unknown };
  } | null;
  const batch = note?.KinesisBatchInfo;
  if (typeof batch !== 'object' || batch === null) return undefined;
  const { condition, approximateInvokeCount: invoked } = note?.requestContext ?? {};
  const place = `shard ${batch.shardId}, from sequence number ${batch.startSequenceNumber} on`;
  const reason = foreignText(`Records of the stream were given up: ${condition ?? 'no condition given'}; ${batch.batchSize} of ${place}`);
  return { reason, tries: Number.isSafeInteger(invoked) ? (invoked as number) : null };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
