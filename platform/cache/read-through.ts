import { hash } from 'node:crypto';
import { config } from '../config.ts';
import type { JsonText } from '../http/contract.ts';
import { perProcess } from '../per-process.ts';
import { askRedis, tellRedis } from './redis.ts';

/**
 * A copy expires this long after its read began. No read may be older than 5 s: the edge keeps an answer for 3 (platform/http/answer.ts), and
 * Redis may take 0.2 s to answer. So nothing has to void copies (docs/adr/0010-copies-live-two-seconds.md).
 */
const lifetimeMs = 1_800;
/** A running read also answers equal requests that arrive within this time of its start. */
const shareMs = 1_000;

/** Something that is read often, that takes PostgreSQL longer than Redis, and that may be 2 s old. */
export interface Read {
  /** Of what kind: begins the key. */
  name: string;
  /** All that the answer depends on, defaults filled in. */
  asked: object;
  /** Notes on the request's log line where the answer came from. */
  note: (fields: { cache: 'copy' | 'read' | 'shared' }) => void;
}

interface UnderWay {
  startedAt: number;
  text: Promise<JsonText>;
}

/**
 * The answer as JSON text: from a copy in Redis, or by `load`. Equal reads that run in this process at once are one. Without Redis all
 * reads go to PostgreSQL.
 */
export function readThrough(read: Read, load: () => Promise<object>): Promise<JsonText> {
  const key = `${config.REDIS_KEY_PREFIX}copy:${read.name}:${hash('sha1', JSON.stringify(read.asked), 'base64url')}`;
  const underWay = perProcess('reads-under-way', () => new Map<string, UnderWay>());
  const now = Date.now();
  const shared = underWay.get(key);
  if (shared && now - shared.startedAt < shareMs) {
    read.note({ cache: 'shared' });
    return shared.text;
  }
  const end = () => {
    if (underWay.get(key) === own) underWay.delete(key);
  };
  const own: UnderWay = { startedAt: now, text: copyOrRead(key, read.note, load).finally(end) };
  underWay.set(key, own);
  return own.text;
}

async function copyOrRead(key: string, note: Read['note'], load: () => Promise<object>): Promise<JsonText> {
  const copy = await askRedis((redis) => redis.get(key));
  if (copy) {
    note({ cache: 'copy' });
    return copy as JsonText;
  }
  note({ cache: 'read' });
  const readAt = Date.now();
  const text = JSON.stringify(await load()) as JsonText;
  // The end is an instant, not a duration: a Redis that hung may carry the command out much later.
  tellRedis((redis) => redis.set(key, text, 'PXAT', readAt + lifetimeMs));
  return text;
}
