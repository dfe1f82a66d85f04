import type { TemplateEvents } from '../template-events.ts';
import { countMessages } from './messages.pg.ts';
import type { Store } from './store.pg.ts';
import { countRecords } from './streams.pg.ts';

/** What a queue, or the reader of a stream, has; what GET /_local/queues shows. Instants are ISO. */
export interface Held {
  name: string;
  kind: 'queue' | 'stream';
  /** The function that gets it; null for dead letters, which wait for somebody to look. */
  consumer: string | null;
  /** Can be received now. */
  visible: number;
  underWay: number;
  /** Failed, and can be received again shortly. */
  delayed: number;
  /** In the queue's dead letters. */
  dead: number;
  /** When the oldest of them was sent. */
  oldest: string | null;
  /** Of a stream that is read in tumbling windows: the open one. */
  window?: { start: string; end: string } | null;
}

const none = { visible: 0, under_way: 0, delayed: 0, oldest: null };

/** Counts what is stored for each queue and each reader of a stream. */
export async function countHeld({ queues, queueReaders, streamReaders }: TemplateEvents, store: Store, now: Date): Promise<Held[]> {
  const messages = await countMessages(store, now);
  const records = await countRecords(store);
  const all = (queue: string | undefined) => {
    const { visible, under_way, delayed } = (queue && messages.get(queue)) || none;
    return visible + under_way + delayed;
  };
  return [
    ...queues.map(({ name, deadLetters }): Held => {
      const { visible, under_way, delayed, oldest } = messages.get(name) ?? none;
      const consumer = queueReaders.find(({ queue }) => queue === name)?.functionId ?? null;
      return { name, kind: 'queue', consumer, visible, underWay: under_way, delayed, dead: all(deadLetters?.queue), oldest: iso(oldest) };
    }),
    ...streamReaders.map(({ name, stream, functionId, tumblingSeconds, onFailure }): Held => {
      const { waiting = 0, overflows = false, oldest = null, window_start = null } = records.get(name) ?? {};
      const end = window_start && new Date(window_start.getTime() + tumblingSeconds * 1_000);
      const counts = { visible: waiting, underWay: overflows ? 1 : 0, delayed: 0, dead: all(onFailure), oldest: iso(oldest) };
      const window = window_start && end && { start: window_start.toISOString(), end: end.toISOString() };
      return { name: stream, kind: 'stream', consumer: functionId, ...counts, window };
    }),
  ];
}

/** Whether there is something to do for its consumer, now or shortly. An open window has time. */
export const isBusy = ({ consumer, visible, underWay, delayed, window }: Held, now: Date): boolean =>
  consumer !== null && (visible + underWay + delayed > 0 || (window != null && Date.parse(window.end) <= now.getTime()));

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
