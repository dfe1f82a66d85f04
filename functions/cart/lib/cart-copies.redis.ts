import { hash } from 'node:crypto';
import { askRedis } from '#platform/cache/redis.ts';
import { config } from '#platform/config.ts';
import { perProcess } from '#platform/per-process.ts';
import type { CartRow } from './carts.pg.ts';

// docs/adr/0003-cart-copies.md says why it is done like this.

/** A copy shows prices and stock, so it serves reads for this long; with the time of an answer that is below 5 s. */
const servesMs = 4_000;
/** It lives on to keep older rows out: those of readers that began before a change and come to write them down only now. */
const livesMs = 30_000;

// `<version> <read at> <row>` is replaced by a higher version, or by the same one read later. A copy that is blocked (`-`) is not replaced.
const setIfNewer = `
local stored = redis.call('GET', KEYS[1])
if stored then
  local version, at = string.match(stored, '^(%d+) (%d+) ')
  if not version then return 0 end
  version, at = tonumber(version), tonumber(at)
  if version > tonumber(ARGV[1]) or (version == tonumber(ARGV[1]) and at >= tonumber(ARGV[2])) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3], 'PX', ARGV[4])
return 1`;

/** The id is a bearer secret, which the server's slow log and its traces must not show. */
const keyOf = (sessionId: string) => `${config.REDIS_KEY_PREFIX}cart:${hash('sha256', sessionId, 'base64url')}`;

/** The cart as it was in the last seconds, or undefined where PostgreSQL has to be asked. */
export async function readCopy(sessionId: string, now: Date): Promise<CartRow | undefined> {
  const key = keyOf(sessionId);
  if (isDoubtful(key)) return undefined;
  const stored = await askRedis((redis) => redis.get(key));
  const [, readAt, row] = /^\d+ (\d+) (.*)$/s.exec(stored ?? '') ?? [];
  if (row === undefined || now.getTime() - Number(readAt) > servesMs) return undefined;
  return JSON.parse(row);
}

/** Keeps what was read, unless a newer version is kept already. */
export async function keepCopy(sessionId: string, row: CartRow, readAt: Date): Promise<void> {
  await askRedis((redis) => redis.eval(setIfNewer, 1, keyOf(sessionId), row.version, readAt.getTime(), JSON.stringify(row), livesMs));
}

/** Keeps the row after a change: no read may show the cart from before. */
export async function replaceCopy(sessionId: string, row: CartRow, readAt: Date): Promise<void> {
  const key = keyOf(sessionId);
  const done = await askRedis(
    (redis) => redis.eval(setIfNewer, 1, key, row.version, readAt.getTime(), JSON.stringify(row), livesMs).then(() => true),
    'load',
  );
  if (!done) doubt(key);
}

/** For a cart that was ordered or merged away: reads go to PostgreSQL until no reader can have rows from before any more. */
export async function blockCopy(sessionId: string): Promise<void> {
  const key = keyOf(sessionId);
  const done = await askRedis((redis) => redis.set(key, '-', 'PX', servesMs + 1_000), 'load');
  if (!done) doubt(key);
}

// Copies that could not be corrected, since Redis did not answer: it may be back within their time. Until when each is not to be used.
const doubts = () => perProcess('doubtful-cart-copies', () => new Map<string, number>());

function doubt(key: string): void {
  if (config.REDIS_URL === undefined) return;
  const until = Date.now() + servesMs + 1_000;
  const known = doubts();
  for (const [other, end] of known) {
    if (end > Date.now()) break; // they end in the order in which they began
    known.delete(other);
  }
  known.delete(key);
  known.set(key, until);
}

const isDoubtful = (key: string): boolean => (doubts().get(key) ?? 0) > Date.now();
