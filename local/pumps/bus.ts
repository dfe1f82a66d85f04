/**
 * A small EventBridge: accepts what PutEvents accepts, under the same limits, keeps the last 500 events for
 * GET /_local/events, and answers when `deliver` has stored those that it accepted.
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

type Fault = { ErrorCode: string; ErrorMessage: string };
type EntryResult = { EventId: string } | Fault;

export interface Bus {
  /** Rejects when the events cannot be stored: the bus took none then. */
  put(entries: PutEventsEntry[]): Promise<{ FailedEntryCount: number; Entries: EntryResult[] }>;
  /** The last events, newest first. */
  recent(): BusEvent[];
}

const kept = 500;

/** @param deliver takes the accepted events of a call; without it they are only shown */
export function createBus(deliver: (events: readonly BusEvent[]) => Promise<void> = async () => {}): Bus {
  const events: BusEvent[] = [];
  return {
    async put(entries) {
      const outcomes = entries.map((entry) => faultOf(entry) ?? toEvent(entry));
      const accepted = outcomes.filter((outcome): outcome is BusEvent => 'id' in outcome);
      await deliver(accepted);
      events.push(...accepted);
      events.splice(0, events.length - kept);
      const Entries = outcomes.map((outcome) => ('id' in outcome ? { EventId: outcome.id } : outcome));
      return { FailedEntryCount: entries.length - accepted.length, Entries };
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
function faultOf({ Source, DetailType, Detail, Time }: PutEventsEntry): Fault | null {
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
