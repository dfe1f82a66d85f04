import type { Context, KinesisStreamBatchItemFailure, KinesisStreamTumblingWindowEvent } from 'aws-lambda';
import { now } from '../clock.ts';
import { databaseErrorClass, sql } from '../db/sql.ts';
import { Problem } from '../errors.ts';
import { log, logWork } from '../telemetry/log.ts';
import { measure } from '../telemetry/measure.ts';
import { traceHandler } from '../telemetry/trace-handler.ts';
import type { ConsumerRun } from './consume.ts';
import type { Receivable } from './contract.ts';
import { type Delivery, inDeliverySpan } from './delivery.ts';
import { type Envelope, openEnvelope, type ReceivedEvent, readEvent } from './envelope.ts';
import { reasonOf } from './failure-reason.ts';
import { forgetFailures, noteFailure } from './failures.pg.ts';
import { inInvocation } from './invocation.ts';
import { kinesisDelivery } from './stream-delivery.ts';

/** What a consumer of a stream with tumbling windows does. */
export interface StreamWork<E extends Receivable> {
  /**
   * Handles the events of a call together. They come again when the call fails, and at other times: one that was handled before must change
   * nothing. What throws must leave nothing behind: the events are then handled in halves, until the one at fault stands alone.
   */
  handle(events: readonly ReceivedEvent<E>[], run: ConsumerRun): Promise<unknown>;
  /**
   * A window is over. The call brings no events: what is to be done has to be in the database. It may come twice, and when the stream has been
   * stopped never.
   * @param until what happened before is in the stream: the window's end, or now where Lambda ended it early
   */
  close(until: Date, run: ConsumerRun): Promise<unknown>;
}

/** How often a record at fault is tried: a release that understands it may be on its way. */
const mostTries = 5;

/**
 * Makes the handler of a function behind a stream that has tumbling windows. It answers which records failed, and a count as the window's state.
 * - Events of other types are passed over: a stream has several readers.
 * - A record that cannot be read or handled fails alone: the others of its batch are handled in any case. Its reason is kept (`consumer_failures`),
 *   and it comes again; after `mostTries` it is left out, so that the shard goes on.
 * - While the database is away or refuses every statement, the whole batch comes again, for as long as the template lets a record live. That is why
 *   tries are counted here: Lambda can only bound those of all errors alike, and would drop good records with an outage.
 * @param name `<domain>/<verb-noun>`, by which failures are noted
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export function consumeStream<const E extends Receivable>(name: string, events: readonly E[], work: StreamWork<E>) {
  const handler = traceHandler((event: KinesisStreamTumblingWindowEvent, context: Context) =>
    inInvocation(context, 'pubsub', async (signal) => {
      const { Records, window, state, isFinalInvokeForWindow: isFinal, isWindowTerminatedEarly: isEarly } = event;
      if (!Array.isArray(Records)) throw new TypeError('The event has no Records');
      const run = { now: now(), signal };
      const about = { consumer: name, records: Records.length, ...(isFinal && { window_end: window.end, early: isEarly }) };
      try {
        const read = Records.flatMap((record) => readRecord(kinesisDelivery(record), events) ?? []);
        const readable = read.filter((one) => 'event' in one);
        const faults = read.filter((one) => 'error' in one);
        faults.push(...(await inSpans(readable, () => handleAll(readable, work, run))));
        const failures = await noteFaults(name, faults, run.now);
        const atFault = new Set(faults.map(({ delivery }) => delivery));
        const handled = readable.filter(({ delivery }) => !atFault.has(delivery));
        await forgetFailures(
          sql,
          name,
          handled.map(({ event }) => event.id),
        );
        if (isFinal) await work.close(isEarly ? run.now : new Date(window.end), run);
        if (faults.length > 0) measure('events_failed', faults.length);
        logWork(faults.length > 0 ? 'error' : 'info', 'events', { ...about, handled: handled.length, failed: faults.length });
        return { state: { records: Number(state?.records ?? 0) + Records.length }, batchItemFailures: failures };
      } catch (error) {
        logWork('error', 'events failed', { ...about, reason: reasonOf(error) });
        throw error;
      }
    }),
  );
  return Object.assign(handler, { consumes: { name, types: events.map(({ type }) => type) } });
}

/** A record whose event is one of those that the consumer handles. */
interface Readable<E extends Receivable> {
  delivery: Delivery;
  envelope: Envelope;
  event: ReceivedEvent<E>;
}

interface Fault {
  delivery: Delivery;
  /** Undefined: the record is no event. */
  envelope: Envelope | undefined;
  error: unknown;
}

/** @returns undefined for an event of another type */
function readRecord<E extends Receivable>(delivery: Delivery, events: readonly E[]): Readable<E> | Fault | undefined {
  let envelope: Envelope | undefined;
  try {
    envelope = openEnvelope(delivery.body);
    const { type } = envelope;
    return events.some((each) => each.type === type) ? { delivery, envelope, event: readEvent(envelope, events) } : undefined;
  } catch (error) {
    return { delivery, envelope, error };
  }
}

/** Runs the work of a batch in a span of each of its records, which belongs to the trace that sent it. What it asks of the database is in the call's own. */
async function inSpans<T>(records: readonly Readable<Receivable>[], work: () => Promise<T>): Promise<T> {
  const done = work();
  await Promise.all(records.map(({ delivery, envelope }) => inDeliverySpan(delivery, envelope, () => done)));
  return done;
}

/** @returns the records at fault; all others are handled */
async function handleAll<E extends Receivable>(records: readonly Readable<E>[], work: StreamWork<E>, run: ConsumerRun): Promise<Fault[]> {
  const [first] = records;
  if (!first) return [];
  try {
    await work.handle(
      records.map(({ event }) => event),
      run,
    );
    return [];
  } catch (error) {
    if (isOfDatabase(error)) throw error;
    if (records.length === 1) return [{ ...first, error }];
    const middle = Math.ceil(records.length / 2);
    return [...(await handleAll(records.slice(0, middle), work, run)), ...(await handleAll(records.slice(middle), work, run))];
  }
}

/** Classes of SQLSTATE that refuse values: a row twice, data, constraints, and what is too large for an index. */
const refusesValues = ['21', '22', '23', '54'];

/** Whether the database is at fault (away, busy, lacks a table or a right) and not an event. */
function isOfDatabase(error: unknown): boolean {
  const stateClass = databaseErrorClass(error);
  return error instanceof Problem || (stateClass !== undefined && !refusesValues.includes(stateClass));
}

/** Keeps why records failed. @returns those that are to come again */
async function noteFaults(consumer: string, faults: readonly Fault[], at: Date): Promise<KinesisStreamBatchItemFailure[]> {
  const failures: KinesisStreamBatchItemFailure[] = [];
  for (const { delivery, envelope, error } of faults) {
    const eventId = envelope?.id ?? delivery.messageId;
    const reason = reasonOf(error);
    const tries = await noteFailure(sql, { consumer, eventId, type: envelope?.type, error: reason }, at);
    const leftOut = tries >= mostTries;
    log('error', 'a record failed', { consumer, event_id: eventId, type: envelope?.type, tries, left_out: leftOut, reason });
    if (leftOut) measure('events_left_out', 1);
    else failures.push({ itemIdentifier: delivery.messageId });
  }
  return failures;
}
