import { hash } from 'node:crypto';
import { askRedis } from '#platform/cache/redis.ts';
import { config } from '#platform/config.ts';
import { perProcess } from '#platform/per-process.ts';
import type { CartRow } from './carts.pg.ts';

// docs/adr/0003-cart-copies.md says why it is done like this.

/** A copy shows prices and stock, so it serves reads for this long; with the time of an answer that is below 5 s. */
const servesMs = 4_000;
/** A change blocks the copy for longer than the change can take (a function ends after 10 s) and a row from before could be served. */
const blockedMs = 20_000;
const blocked = '-';

/** The id is a bearer secret, which the server's slow log and its traces must not show. */
const keyOf = (sessionId: string) => `${config.REDIS_KEY_PREFIX}cart:${hash('sha256', sessionId, 'base64url')}`;

/** The cart as it was in the last seconds, or undefined where PostgreSQL has to be asked. */
export async function readCopy(sessionId: string, now: Date): Promise<CartRow | undefined> {
  const key = keyOf(sessionId);
  if (isDistrusted(key)) return undefined;
  const stored = await askRedis((redis) => redis.get(key));
  const [, readAt, row] = /^(\d+) (.*)$/s.exec(stored ?? '') ?? [];
  if (row === undefined || now.getTime() - Number(readAt) > servesMs) return undefined;
  return JSON.parse(row);
}

/** Keeps what was read, unless there is a copy or the cart was just changed. */
export async function keepCopy(sessionId: string, row: CartRow, readAt: Date): Promise<void> {
  await askRedis((redis) => redis.set(keyOf(sessionId), `${readAt.getTime()} ${JSON.stringify(row)}`, 'PX', servesMs, 'NX'));
}

/**
 * For a cart that is being changed: until a read of the row from before can no longer be served, reads go to PostgreSQL and make no copy.
 * Has to be done when the change is answered; it may run beside the change, since it outlasts it.
 */
export async function blockCopy(sessionId: string): Promise<void> {
  const key = keyOf(sessionId);
  const done = await askRedis((redis) => redis.set(key, blocked, 'PX', blockedMs), 'load');
  if (!done) distrust(key);
}

// Copies that could not be blocked, since Redis did not answer: it may be back within their time. Until when each is not to be used.
const distrusted = () => perProcess('distrusted-cart-copies', () => new Map<string, number>());

function distrust(key: string): void {
  if (config.REDIS_URL === undefined) return;
  const until = Date.now() + blockedMs;
  const known = distrusted();
  for (const [other, end] of known) {
    if (end > Date.now()) break; // they end in the order in which they began
    known.delete(other);
  }
  known.delete(key);
  known.set(key, until);
}

const isDistrusted = (key: string): boolean => (distrusted().get(key) ?? 0) > Date.now();
