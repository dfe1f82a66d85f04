import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { now } from '../clock.ts';
import { sql, type TransactionSql, transaction } from '../db/sql.ts';
import { log, logWork } from '../telemetry/log.ts';
import { measure } from '../telemetry/measure.ts';
import { traceHandler } from '../telemetry/trace-handler.ts';
import type { Receivable } from './contract.ts';
import { type Delivery, inDeliverySpan, nameIn } from './delivery.ts';
import { type Envelope, openEnvelope, type ReceivedEvent, readEvent, UnreadableEvent } from './envelope.ts';
import { reasonOf } from './failure-reason.ts';
import { forgetFailure, noteFailure } from './failures.pg.ts';
import { claimDelivery } from './inbox.pg.ts';
import { inInvocation } from './invocation.ts';

/** What a consumer's work is given besides the event. */
export interface ConsumerRun {
  now: Date;
  /** Aborts shortly before the function's time-out. */
  signal: AbortSignal;
}

type Work<E extends Receivable> = (sql: TransactionSql, event: ReceivedEvent<E>, run: ConsumerRun) => Promise<void>;

/**
 * Makes the handler of a function behind a queue whose effect is in our database. Each event is one transaction, in which it is claimed and
 * worked, so that a redelivery finds it claimed and does nothing. What throws is taken back, noted with its reason (`consumer_failures`), and comes
 * again; after the queue's `maxReceiveCount` it is a dead letter. The others of its batch are not affected.
 * @param name `<domain>/<verb-noun>`: the name of its claims. Another name would handle everything once more
 * @param events what the queue's rule lets through, as declared: `[orderEvents.paid]`; any other event is an error
 * @param work writes by the transaction that it is given, and starts nothing outside of it
 */
export const consume = <const E extends Receivable>(name: string, events: readonly E[], work: Work<E>) =>
  batchHandler(name, events, (event, run) => claimAndWork(name, event, work, run));

/** The two steps of a consumer whose effect is in somebody else's system. */
export interface Steps<E extends Receivable> {
  /** In the claiming transaction: writes a row for each thing to be done. Runs once for an event. */
  note: Work<E>;
  /**
   * Outside of any transaction, after the commit and again with each redelivery: does what this event's rows still ask for, and marks each as
   * done. A throw brings the event again. Not begun when the function's time is nearly over: a call that is cut off may have taken effect all the same.
   */
  finish(event: ReceivedEvent<E>, run: ConsumerRun): Promise<void>;
}

/**
 * As `consume`, for an effect in another company's system, such as a mail: what is to be done is committed first, done next, and marked last. An
 * effect can then be repeated only by a crash between doing and marking.
 */
export const consumeInSteps = <const E extends Receivable>(name: string, events: readonly E[], { note, finish }: Steps<E>) =>
  batchHandler(name, events, async (event, run) => {
    const claim = await claimAndWork(name, event, note, run);
    if (run.signal.aborted) throw new Error('There was no time left to finish');
    await finish(event, run);
    return claim;
  });

interface Claim {
  claimed: boolean;
  failedBefore: boolean;
}

const claimAndWork = <E extends Receivable>(name: string, event: ReceivedEvent<E>, work: Work<E>, run: ConsumerRun): Promise<Claim> =>
  transaction(async (sql) => {
    const claim = await claimDelivery(sql, name, event.id, run.now);
    if (claim.claimed) await work(sql, event, run);
    return claim;
  });

type Handle<E extends Receivable> = (event: ReceivedEvent<E>, run: ConsumerRun) => Promise<Claim>;

/**
 * Handles the records one after the other, for there is one connection, and answers which failed (`ReportBatchItemFailures`). When time is nearly
 * over, or the database is away, no further record is begun: the rest comes again.
 */
function batchHandler<E extends Receivable>(name: string, events: readonly E[], handle: Handle<E>) {
  const handler = traceHandler(
    ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
      inInvocation(context, 'pubsub', async (signal) => {
        if (!Array.isArray(Records)) throw new TypeError('The event has no Records');
        const failed: string[] = [];
        let databaseAway = false;
        for (const [i, record] of Records.entries()) {
          if (signal.aborted || databaseAway) {
            const left = Records.slice(i).map(({ messageId }) => messageId);
            log('warn', 'records are left to the next run', {
              consumer: name,
              records: left.length,
              why: databaseAway ? 'database' : 'time',
            });
            failed.push(...left);
            break;
          }
          const outcome = await receive(name, events, sqsDelivery(record), (event) => handle(event, { now: now(), signal }));
          if (outcome !== 'handled') failed.push(record.messageId);
          databaseAway = outcome === 'failed, and could not be noted';
        }
        return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
      }),
  );
  // Tests compare this with the template: the queue's rule has to let through these events and no others.
  const expected = events.map((event) => ({ source: 'source' in event ? event.source : 'kelvo', type: event.type }));
  return Object.assign(handler, { consumes: { name, events: expected } });
}

const sqsDelivery = ({ messageId, body, eventSourceARN, attributes }: SQSRecord): Delivery => ({
  system: 'aws_sqs',
  destination: nameIn(eventSourceARN),
  messageId,
  body,
  receives: Number(attributes.ApproximateReceiveCount),
});

type Outcome = 'handled' | 'failed' | 'failed, and could not be noted';

/** Handles one record in the trace of its event, with one log line. Never throws. */
function receive<E extends Receivable>(
  consumer: string,
  events: readonly E[],
  delivery: Delivery,
  handle: (event: ReceivedEvent<E>) => Promise<Claim>,
): Promise<Outcome> {
  const opened = open(delivery.body);
  const envelope = opened instanceof UnreadableEvent ? undefined : opened;
  const startedAt = performance.now();
  const finish = (level: 'info' | 'error', fields: Record<string, unknown>) => {
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    const ageMs = envelope && Date.now() - Date.parse(envelope.time);
    measure('event_duration', durationMs);
    if (level === 'error') measure('events_failed', 1);
    else if (ageMs !== undefined) measure('event_age', ageMs);
    logWork(level, 'event', {
      consumer,
      ...(envelope && {
        type: envelope.type,
        event_id: envelope.id,
        subject: envelope.subject,
        age_ms: ageMs,
      }),
      message_id: delivery.messageId,
      receives: delivery.receives,
      ...fields,
      duration_ms: durationMs,
    });
  };
  let noted = false;
  return inDeliverySpan(delivery, envelope, async () => {
    try {
      if (opened instanceof UnreadableEvent) throw opened;
      const { claimed, failedBefore } = await handle(readEvent(opened, events));
      if (failedBefore) await forgetQuietly(consumer, opened.id);
      finish('info', { outcome: claimed ? 'handled' : 'handled before' });
    } catch (error) {
      const reason = reasonOf(error);
      const failure = { consumer, eventId: envelope?.id ?? delivery.messageId, type: envelope?.type, error: reason };
      noted = await noteFailure(sql, failure, now()).then(
        () => true,
        () => false,
      );
      finish('error', { outcome: 'failed', reason, ...(error instanceof Error && { stack: error.stack }) });
      throw error; // so that the span shows it
    }
  }).then(
    () => 'handled',
    () => (noted ? 'failed' : 'failed, and could not be noted'),
  );
}

function open(body: string): Envelope | UnreadableEvent {
  try {
    return openEnvelope(body);
  } catch (error) {
    if (error instanceof UnreadableEvent) return error;
    throw error;
  }
}

/** The event is handled already: if the note of its earlier failures cannot be deleted, the sweep does so. */
async function forgetQuietly(consumer: string, eventId: string): Promise<void> {
  await forgetFailure(sql, consumer, eventId).catch((error: Error) =>
    log('warn', 'the failures of an event that is handled now are still noted', { consumer, event_id: eventId, reason: error.message }),
  );
}
