import { countRequest } from '../cache/count-requests.ts';
import { placeOf, remaining, secondsToNext, secondsToReset } from '../cache/rate-window.ts';
import { warmRedis } from '../cache/redis.ts';
import { config } from '../config.ts';
import { Problem } from '../errors.ts';
import type { RouteMiddleware } from './request.ts';

/**
 * Refuses an address, or an account, that asks more than so many times a minute: 429 with `Retry-After`; every answer tells what is left.
 * The address is counted before anything else is looked at, the account once it is known.
 */
export function limitRate(by: 'address' | 'account'): RouteMiddleware {
  return {
    before: async function limitRateBefore({ event }) {
      const { request } = event;
      const who = by === 'address' ? request.address : request.shopper?.id;
      if (who === undefined) return;
      const limit = by === 'address' ? config.RATE_LIMIT_PER_MINUTE : config.ACCOUNT_RATE_LIMIT_PER_MINUTE;
      const place = placeOf(request.now.getTime());
      const counted = await countRequest(`${by}:${who}`, limit, request.now);
      const left = remaining(counted, limit, place);
      const headers = {
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': String(left),
        'ratelimit-reset': String(secondsToReset(place)),
      };
      if (!counted.admitted) {
        const seconds = secondsToNext(counted, limit, place);
        throw new Problem(
          'too-many',
          'rate-limited',
          `More than ${limit} requests in a minute. Please wait ${seconds} seconds.`,
          {},
          { headers: { ...headers, 'retry-after': String(seconds) } },
        );
      }
      // Of two limits an answer tells the one that will be reached first.
      if (!(Number(request.limits?.['ratelimit-remaining']) <= left)) request.limits = headers;
    },
    ...(by === 'address' ? { after: warmRedis, onError: warmRedis } : {}),
  };
}
