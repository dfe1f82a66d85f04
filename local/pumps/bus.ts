/**
 * A small EventBridge: accepts what PutEvents accepts, under the same limits, keeps the last 500 events for
 * GET /_local/events, and passes every accepted event to `deliver`.
 */
import { randomUUID } from 'node:crypto';

export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO, whole seconds, as EventBridge gives it. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
  /** Not part of the delivered event. */
  bus: string;
}

export interface PutEventsEntry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  /** Seconds since 1970, or ISO. */
  Time?: number | string;
  TraceHeader?: string;
}

type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

export interface Bus {
  put(entries: PutEventsEntry[]): { FailedEntryCount: number; Entries: EntryResult[] };
  /** The last events, newest first. */
  recent(): BusEvent[];
}

const kept = 500;

/** @param deliver called once for each accepted event; must not throw */
export function createBus(deliver: (event: BusEvent) => void = () => {}): Bus {
  const events: BusEvent[] = [];
  return {
    put(entries) {
      const results = entries.map((entry): EntryResult => {
        const fault = faultOf(entry);
        if (fault !== null) return fault;
        const event = toEvent(entry);
        events.push(event);
        if (events.length > kept) events.shift();
        deliver(event);
        return { EventId: event.id };
      });
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    },
    recent: () => events.toReversed(),
  };
}

function toEvent({ Source = '', DetailType = '', Detail = '', EventBusName = 'default', Resources = [], Time }: PutEventsEntry): BusEvent {
  const time = Time === undefined ? new Date() : new Date(typeof Time === 'number' ? Time * 1000 : Time);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: '000000000000',
    time: `${time.toISOString().slice(0, 19)}Z`,
    region: 'us-east-1',
    resources: Resources,
    detail: JSON.parse(Detail),
    bus: EventBusName,
  };
}

/** The faults that EventBridge reports per entry; the other entries of the call are still accepted. */
function faultOf({ Source, DetailType, Detail, Time }: PutEventsEntry): EntryResult | null {
  const invalid = (what: string) => ({ ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${what} is not valid.` });
  if (typeof Source !== 'string' || Source === '' || Source.startsWith('aws.')) return invalid('Source');
  if (typeof DetailType !== 'string' || DetailType === '' || DetailType.length > 128) return invalid('DetailType');
  if (typeof Detail !== 'string') return invalid('Detail');
  if (Time !== undefined && Number.isNaN(new Date(typeof Time === 'number' ? Time * 1000 : Time).getTime())) return invalid('Time');
  try {
    const detail: unknown = JSON.parse(Detail);
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return null;
  } catch {}
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}
