import { callAws } from '../aws-call.ts';
import { admit, afterFailure, type Breaker, closed, isOpen } from '../breaker.ts';
import { config } from '../config.ts';
import { faultNow, hits } from '../faults/faults.ts';
import { nowhere } from '../faults/nowhere.ts';
import { foreignText } from '../foreign-text.ts';
import { perProcess } from '../per-process.ts';
import { log } from '../telemetry/log.ts';
import { callSpan } from '../telemetry/otlp.ts';
import type { KelvoEvent } from './event.ts';
import { reasonOf } from './failure-reason.ts';

/** PutEvents takes no more in a call. */
export const batchSize = 10;

/** How long a request waits for the bus after its commit. */
const soonMs = 250;

/** The bus refuses a whole call because of what an event in it is like, such as its size: the same call will not pass later either. */
export class RefusedCall extends Error {
  override name = 'RefusedCall';
}

/**
 * Puts events on the bus by one call (EventBridge; locally the gateway answers the same call).
 * @param events `batchSize` at most
 * @returns for each event why the bus refused it; undefined: it took it
 * @throws RefusedCall; any other error means that the bus gave no answer: it cannot be reached, fails, throttles, or does not end within `timeoutMs`
 */
export async function putEvents(events: readonly KelvoEvent[], timeoutMs: number): Promise<(string | undefined)[]> {
  const refusals = await put(events, timeoutMs);
  if (faultNow('duplicate-deliveries')) await putAgain(events, timeoutMs);
  return refusals;
}

const put = (events: readonly KelvoEvent[], timeoutMs: number): Promise<(string | undefined)[]> =>
  callSpan(
    () => sendSpan(events),
    () => callBus(events, timeoutMs),
  );

/** The fault `duplicate-deliveries`: some events go twice, as EventBridge may do with any. What becomes of the second call changes nothing. */
async function putAgain(events: readonly KelvoEvent[], timeoutMs: number): Promise<void> {
  const again = events.filter(() => hits('duplicate-deliveries'));
  if (again.length > 0) await put(again, timeoutMs).catch(() => undefined);
}

/** The events carry the traces that they were written in, so what sends them is linked to these. */
const sendSpan = (events: readonly KelvoEvent[]) =>
  ({
    name: `send ${config.EVENT_BUS_NAME}`,
    kind: 'client',
    attributes: {
      'messaging.system': 'aws_eventbridge',
      'messaging.operation.name': 'PutEvents',
      'messaging.operation.type': 'send',
      'messaging.destination.name': config.EVENT_BUS_NAME,
      'messaging.batch.message_count': events.length,
    },
    links: events.map(({ traceparent }) => ({ traceparent })),
  }) as const;

async function callBus(events: readonly KelvoEvent[], timeoutMs: number): Promise<(string | undefined)[]> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' };
  const url = hits('bus-away') ? nowhere : config.EVENT_BUS_ENDPOINT;
  const response = await callAws('events', { url, headers, body: bodyOf(events) }, timeoutMs);
  if (!response.ok) throw failureOf(response.status, await response.text());
  const { Entries } = (await response.json()) as { Entries?: { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[] };
  if (Entries?.length !== events.length) throw new Error('The event bus gave an answer that does not fit the call');
  return Entries.map(({ EventId, ErrorCode, ErrorMessage }) =>
    EventId ? undefined : `${ErrorCode ?? 'Refused'}: ${foreignText(ErrorMessage ?? '')}`,
  );
}

function bodyOf(events: readonly KelvoEvent[]): string {
  try {
    return JSON.stringify({ Entries: events.map(entryOf) });
  } catch (error) {
    throw new RefusedCall(`An event has not the form of one: ${error instanceof Error ? error.message : error}`);
  }
}

const entryOf = (event: KelvoEvent) => ({
  Source: event.source,
  DetailType: event.type,
  Detail: JSON.stringify(event),
  EventBusName: config.EVENT_BUS_NAME,
  Time: Math.floor(Date.parse(event.time) / 1000),
});

/** AWS answers 400 to nearly everything; its type says whether the call is at fault (AWS JSON 1.1 protocol) or the moment is: throttled, not allowed. */
function failureOf(status: number, body: string): Error {
  const reason = `The event bus answered ${status}: ${foreignText(body)}`;
  const aboutTheCall = status === 413 || (status === 400 && /Validation|Serialization|TooLarge/.test(body));
  return aboutTheCall ? new RefusedCall(reason) : new Error(reason);
}

/**
 * Tries to put events on the bus without keeping a request waiting: 250 ms at most, and not at all while the breaker is open. All calls that
 * it takes are made at once. Never fails; what the bus does not take stays in the outbox for the relay.
 * @returns the ids of those that the bus took
 */
export async function publishSoon(events: readonly KelvoEvent[]): Promise<string[]> {
  const bus = perProcess<{ breaker: Breaker }>('event-bus-breaker', () => ({ breaker: closed }));
  const { admission, next } = admit(bus.breaker, Date.now());
  bus.breaker = next;
  if (admission === 'refused') return [];
  const batches = Array.from({ length: Math.ceil(events.length / batchSize) }, (_, i) => events.slice(i * batchSize, (i + 1) * batchSize));
  const calls = await Promise.allSettled(batches.map((batch) => putEvents(batch, soonMs)));
  const errors = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason as Error] : []));
  const silence = errors.find((error) => !(error instanceof RefusedCall));
  const before = bus.breaker;
  bus.breaker = silence ? afterFailure(before, admission, Date.now()) : closed;
  if (silence && bus.breaker !== before)
    log('warn', 'the event bus is not used for now', { reason: reasonOf(silence), open_ms: bus.breaker.openMs });
  if (!silence && isOpen(before)) log('info', 'the event bus is used again');
  return calls.flatMap((call, i) =>
    call.status === 'fulfilled' ? (batches[i] ?? []).filter((_, n) => call.value[n] === undefined).map(({ id }) => id) : [],
  );
}
