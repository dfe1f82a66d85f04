import type { Redis } from 'ioredis';
import { admit, afterFailure, type Breaker, closed, isOpen } from '../breaker.ts';
import { config } from '../config.ts';
import { perProcess } from '../per-process.ts';
import { log } from '../telemetry/log.ts';
import { dialRedis } from './dial-redis.ts';

/** What a request waits for Redis at most, be it for a connection or for an answer. */
const timeoutMs = 200;

interface Link {
  driver?: typeof Redis;
  /** The connection, or the promise of one. Dropped when it fails: the next command makes another. */
  client?: Promise<Redis> | undefined;
  breaker: Breaker;
}

const link = () => perProcess<Link>('redis', () => ({ breaker: closed }));

/**
 * Asks Redis, and never fails: where there is none, while it is down (a breaker keeps requests from waiting for it one after
 * the other) and when the answer is late, it gives undefined. Redis only ever has copies, so the caller goes on without.
 * @param whenCold the driver takes 30 ms to load: a read on a cold start does without it (`skip`, see `warmRedis`), a write that
 * has to correct a copy waits for it (`load`)
 */
export async function askRedis<T>(ask: (redis: Redis) => Promise<T>, whenCold: 'skip' | 'load' = 'skip'): Promise<T | undefined> {
  const redis = link();
  if (config.REDIS_URL === undefined || (whenCold === 'skip' && !redis.driver)) return undefined;
  const { admission, next } = admit(redis.breaker, Date.now());
  redis.breaker = next;
  if (admission === 'refused') return undefined;
  try {
    const answer = await askOnce(redis, ask);
    if (isOpen(redis.breaker)) log('info', 'redis is used again');
    redis.breaker = closed;
    return answer;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const before = redis.breaker;
    redis.breaker = afterFailure(before, admission, Date.now());
    if (redis.breaker !== before) log('warn', 'redis is not used for now', { reason, open_ms: redis.breaker.openMs });
    return undefined;
  }
}

/**
 * Sends Redis a command without waiting for the answer; it may be lost (a copy to keep). Never makes a connection, and its failure opens no
 * breaker: on Lambda the process may be frozen before the answer comes.
 */
export function tellRedis(tell: (redis: Redis) => Promise<unknown>): void {
  const { client, breaker } = link();
  if (client && !isOpen(breaker)) client.then(tell).catch(() => undefined);
}

/** Loads the driver after the answer has left, so that the next request can use Redis and this one did not wait for it. */
export function warmRedis(): void {
  if (config.REDIS_URL !== undefined && !link().driver) setImmediate(() => void load(link()).catch(() => undefined));
}

/** Resolves if Redis answers now. For health, which asks past the breaker and leaves it as it is. */
export async function pingRedis(): Promise<void> {
  await askOnce(link(), (client) => client.ping());
}

/** A connection that died since its last use (Lambda freezes processes between requests) is replaced, once: that was no wait. */
async function askOnce<T>(redis: Link, ask: (client: Redis) => Promise<T>): Promise<T> {
  const used = redis.client;
  try {
    return await within(redis, ask);
  } catch (error) {
    if (!used || !isDisconnect(error) || isOpen(redis.breaker)) throw error;
    return within(redis, ask);
  }
}

/** Whatever goes wrong (no answer, a replica after a fail-over, a full memory): the next try begins with a fresh connection. */
async function within<T>(redis: Link, ask: (client: Redis) => Promise<T>): Promise<T> {
  const making = connection(redis);
  const forget = () => {
    if (redis.client === making) redis.client = undefined;
  };
  const client = await making.catch((error) => {
    forget();
    throw error;
  });
  if (redis.client === making && client.listenerCount('end') === 0) client.once('end', forget);
  try {
    return await ask(client);
  } catch (error) {
    forget();
    client.disconnect();
    throw error;
  }
}

function connection(redis: Link): Promise<Redis> {
  redis.client ??= dial(redis);
  return redis.client;
}

const isDisconnect = (error: unknown) => error instanceof Error && error.name !== 'ReplyError' && !/timed out/.test(error.message);

async function load(redis: Link): Promise<typeof Redis> {
  const { Redis } = await import('ioredis');
  redis.driver = Redis;
  return Redis;
}

const dial = async (redis: Link): Promise<Redis> => dialRedis(redis.driver ?? (await load(redis)), config.REDIS_URL as string, timeoutMs);
