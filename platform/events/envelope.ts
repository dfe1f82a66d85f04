import * as z from 'zod/mini';
import type { TraceHeaders } from '../telemetry/trace-ids.ts';
import type { EventContract, EventData, Receivable } from './contract.ts';

/** An event as its consumer gets it. Its `type` tells which data it has. */
export type ReceivedEvent<E extends Receivable = Receivable> = E extends Receivable
  ? {
      readonly id: string;
      readonly type: E['type'];
      /** The id of what changed; empty for an event of AWS. */
      readonly subject: string;
      /** When it happened, ISO 8601. An event may come late, more than once, and after a younger one. */
      readonly time: string;
      readonly data: E extends EventContract ? EventData<E> : z.output<E['data']>;
    }
  : never;

/** An event that was taken out of its message, its data not yet checked. */
export interface Envelope {
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  /** The trace of the work that sent it. */
  trace: TraceHeaders;
  data: unknown;
}

/** A message that will never be understood, however often it comes. */
export class UnreadableEvent extends Error {
  override name = 'UnreadableEvent';
}

/** A name or an id, as consumers note it: bounded, and without what PostgreSQL keeps in no text. Ours and those of AWS are far shorter. */
const name = z.string().check(z.regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u, 'must have 1 to 200 characters, and no control characters'));
const instant = z.string().check(z.refine((value) => !Number.isNaN(Date.parse(value)), 'must be an instant'));

/** What EventBridge hands to the target of a rule. */
const BusEvent = z.object({ id: name, source: name, 'detail-type': name, time: instant, detail: z.looseObject({}) });

/** Our events: platform/events/event.ts makes them. */
const OwnDetail = z.object({
  id: name,
  type: name,
  subject: z.string(),
  time: instant,
  traceparent: z.optional(z.string()),
  _datadog: z.optional(z.record(z.string(), z.string())),
  data: z.unknown(),
});

/**
 * Reads the body of a message that a rule of the bus sent: an EventBridge event, whose `detail` is one of our events or what AWS says.
 * @throws UnreadableEvent
 */
export function openEnvelope(body: string): Envelope {
  const event = parse(BusEvent, jsonOf(body), 'The message');
  const { source, detail } = event;
  if (source !== 'kelvo')
    return { id: event.id, source, type: event['detail-type'], subject: '', time: event.time, trace: {}, data: detail };
  const { traceparent, _datadog, ...own } = parse(OwnDetail, detail, 'The event in the message');
  return { ...own, source, trace: { ..._datadog, ...(traceparent && { traceparent }) } };
}

/**
 * Checks that a consumer expects an event, and its data by their contract. A field that the contract does not know is left out: it may have been
 * added by a later release under the same version.
 * @throws UnreadableEvent
 */
export function readEvent<E extends Receivable>(
  { id, source, type, subject, time, data }: Envelope,
  expected: readonly E[],
): ReceivedEvent<E> {
  const contract = expected.find((each) => each.type === type && ('source' in each ? each.source : 'kelvo') === source);
  if (contract === undefined) throw new UnreadableEvent(`This consumer does not expect the event ${source} ${type}`);
  const event = { id, type, subject, time, data: parse(contract.data, data, `The data of ${type}`) };
  return event as ReceivedEvent<E>;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new UnreadableEvent('The message is no JSON');
  }
}

type Issue = z.core.$ZodIssue;
const isUnknownKeys = (issue: Issue) => issue.code === 'unrecognized_keys';

function parse<S extends z.ZodMiniType>(schema: S, value: unknown, what: string): z.output<S> {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  const { issues } = first.error;
  if (issues.every(isUnknownKeys)) return parse(schema, withoutKeys(value, issues), what);
  const faults = issues.filter((issue) => !isUnknownKeys(issue)).map(({ path, message }) => `${['', ...path].join('/')} ${message}`.trim());
  throw new UnreadableEvent(`${what} is not valid: ${faults.join('; ')}`); // never the values: some are people's
}

function withoutKeys(value: unknown, issues: Issue[]): unknown {
  const copy = structuredClone(value);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = issue.path.reduce((at, key) => (at as Record<PropertyKey, unknown>)[key], copy);
    for (const key of issue.keys) Reflect.deleteProperty(holder as object, key);
  }
  return copy;
}
