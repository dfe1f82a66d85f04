import { hash } from 'node:crypto';
import { config } from '../config.ts';
import { perProcess } from '../per-process.ts';
import { type Counted, countIn, type Place, placeOf, type Window } from './rate-window.ts';
import { askRedis } from './redis.ts';

// `countIn` as a Lua script, atomic in Redis, on two counters: this minute's and the last one's.
const countInRedis = `
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
local previous = tonumber(redis.call('GET', KEYS[2]) or '0')
if count + previous * tonumber(ARGV[1]) + 1 > tonumber(ARGV[2]) then return {0, count, previous} end
redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {1, count + 1, previous}`;

/**
 * Counts a request of `who` unless it is one more than `limit` in sixty seconds. All processes count together in Redis, by one call;
 * without Redis each counts for itself.
 * @param who hashed in the key, since addresses are personal data
 */
export async function countRequest(who: string, limit: number, at: Date): Promise<Counted> {
  const place = placeOf(at.getTime());
  return (await countTogether(who, limit, place)) ?? countAlone(who, limit, place);
}

function countTogether(who: string, limit: number, { start, previousStart, weight, windowMs }: Place): Promise<Counted | undefined> {
  const key = `${config.REDIS_KEY_PREFIX}rate:{${hash('sha1', who, 'base64url')}}`;
  return askRedis(async (redis) => {
    const keys = [`${key}:${start}`, `${key}:${previousStart}`] as const;
    const answer = await redis.eval(countInRedis, 2, ...keys, String(weight), String(limit), String(2 * windowMs));
    const [admitted, count, previous] = answer as [number, number, number];
    return { admitted: admitted === 1, count, previous };
  });
}

const mostRemembered = 10_000;

function countAlone(who: string, limit: number, place: Place): Counted {
  const windows = perProcess('rate-windows', () => new Map<string, Window>());
  const { window, counted } = countIn(windows.get(who), limit, place);
  if (!windows.has(who) && windows.size >= mostRemembered) windows.delete(windows.keys().next().value as string);
  windows.set(who, window);
  return counted;
}
