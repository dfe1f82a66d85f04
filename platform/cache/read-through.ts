import { hash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { config } from '../config.ts';
import type { JsonText } from '../http/contract.ts';
import { perProcess } from '../per-process.ts';
import { askRedis } from './redis.ts';

// No read may be older than 5 s. The edge keeps an answer for 3 (platform/http/answer.ts), which leaves 2 for a copy here.
const freshMs = 1_000;
const staleMs = 1_800;

/** One process at a time reads anew what has aged; one that dies meanwhile keeps the others off for no longer than this. */
const lockMs = 1_000;
/** How long a reader without any copy waits for the one that holds the lock, look by look, before it reads for itself. */
const looksMs = [15, 25, 40, 60];

/** Something that is read often, and may be up to 2 s old. */
export interface Read {
  /** Of what kind: begins the key. */
  name: string;
  /** All that the answer depends on, defaults filled in. */
  asked: object;
  /** What makes the copy void at once when it changes: see `forget`. */
  tags: readonly string[];
  /** Notes on the request's log line where the answer came from. */
  note: (fields: { cache: 'fresh' | 'stale' | 'read' }) => void;
}

interface Copy {
  /** Tags as they were when the copies were looked up; a copy that is stored goes by these. */
  tags: string;
  text?: JsonText;
  ageMs: number;
}

/**
 * The answer as JSON text: from a copy in Redis, or by `load`. A copy older than a second is read anew by one request while the others
 * still get it (stale-while-revalidate); where there is none, one reads and the others of this process share what it reads. On any
 * trouble with Redis everybody reads for themselves.
 */
export async function readThrough({ name, asked, tags, note }: Read, load: () => Promise<object>): Promise<JsonText> {
  const key = `${config.REDIS_KEY_PREFIX}read:${name}:${hash('sha1', JSON.stringify(asked), 'base64url')}`;
  const copy = await lookUp(key, tags);
  if (copy?.text !== undefined && copy.ageMs <= freshMs) {
    note({ cache: 'fresh' });
    return copy.text;
  }
  const flights = perProcess('reads-under-way', () => new Map<string, { startedAt: number; text: Promise<JsonText> }>());
  const flight = flights.get(key);
  // One that began earlier than a copy may be old is not waited for: it may have seen less than this reader is entitled to.
  if (flight && Date.now() - flight.startedAt < freshMs) {
    note({ cache: 'stale' });
    return copy?.text !== undefined && copy.ageMs <= staleMs ? copy.text : flight.text;
  }
  note({ cache: 'read' });
  const own = { startedAt: Date.now(), text: readAnew(key, tags, copy, load) };
  flights.set(key, own);
  try {
    return await own.text;
  } finally {
    if (flights.get(key) === own) flights.delete(key);
  }
}

/** Makes every copy with one of these tags void, also those that are being read this very moment. Call it after the commit. */
export async function forget(tags: readonly string[]): Promise<void> {
  // A tag's value outlives every copy that was stored under the one before.
  await askRedis(
    (redis) => Promise.all(tags.map((tag) => redis.set(tagKey(tag), randomBytes(6).toString('base64url'), 'PX', 5 * staleMs))),
    'load',
  );
}

const tagKey = (tag: string) => `${config.REDIS_KEY_PREFIX}tag:${tag}`;

/** @returns undefined when Redis is not there */
function lookUp(key: string, tags: readonly string[]): Promise<Copy | undefined> {
  return askRedis(async (redis) => {
    const [stored, ...values] = await redis.mget(key, ...tags.map(tagKey));
    const current = values.map((value) => value ?? '-').join();
    const [, readAt, storedTags, text] = /^(\d+) (\S+) (.*)$/s.exec(stored ?? '') ?? [];
    if (text === undefined || storedTags !== current) return { tags: current, ageMs: Number.POSITIVE_INFINITY };
    return { tags: current, text: text as JsonText, ageMs: Date.now() - Number(readAt) };
  });
}

async function readAnew(key: string, tags: readonly string[], copy: Copy | undefined, load: () => Promise<object>): Promise<JsonText> {
  if (!copy) return JSON.stringify(await load()) as JsonText;
  let latest = copy;
  for (const lookMs of [0, ...looksMs]) {
    if (lookMs > 0) {
      await pause(lookMs);
      latest = (await lookUp(key, tags)) ?? latest;
    }
    if (latest.text !== undefined && latest.ageMs <= freshMs) return latest.text;
    if (await lock(key)) break;
    if (latest.text !== undefined && latest.ageMs <= staleMs) return latest.text;
  }
  return loadAndStore(key, latest.tags, load);
}

/** Whether this process is the one to read; so it is, too, when Redis cannot tell. */
async function lock(key: string): Promise<boolean> {
  const answer = await askRedis((redis) => redis.set(`${key}:lock`, '1', 'PX', lockMs, 'NX').then((set) => ({ taken: set === 'OK' })));
  return answer?.taken ?? true;
}

async function loadAndStore(key: string, tags: string, load: () => Promise<object>): Promise<JsonText> {
  const readAt = Date.now();
  try {
    const text = JSON.stringify(await load()) as JsonText;
    const leftMs = readAt + staleMs - Date.now();
    if (leftMs > 0) await askRedis((redis) => redis.set(key, `${readAt} ${tags} ${text}`, 'PX', leftMs));
    return text;
  } finally {
    await askRedis((redis) => redis.del(`${key}:lock`));
  }
}
