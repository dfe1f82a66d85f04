import { countRequest } from '../cache/count-requests.ts';
import { placeOf, remaining, secondsToNext, secondsToReset } from '../cache/rate-window.ts';
import { warmRedis } from '../cache/redis.ts';
import { config } from '../config.ts';
import { Problem } from '../errors.ts';
import { perProcess } from '../per-process.ts';
import { networkOf } from './client-address.ts';
import type { RouteContract } from './contract.ts';
import type { RouteEvent, RouteMiddleware } from './request.ts';

/**
 * Begins to count the request and does not wait: `refuseTooMany` does. The address is counted before anything else is looked at, so that
 * guessing tokens is limited, too; the account once it is known.
 */
export function countRequests(by: 'address' | 'account'): RouteMiddleware {
  return {
    before: function countRequestsBefore({ event: { request } }) {
      const id = by === 'address' ? networkOf(request.address) : request.shopper?.id;
      if (id === undefined) return;
      const who = `${by}:${id}`;
      const limit = by === 'address' ? config.RATE_LIMIT_PER_MINUTE : config.ACCOUNT_RATE_LIMIT_PER_MINUTE;
      request.countings.push({ who, limit, counted: countRequest(who, limit, request.now) });
    },
    ...(by === 'address' ? { after: warmRedis, onError: warmRedis } : {}),
  };
}

/**
 * Refuses an address, or an account, that asks more than so many times a minute: 429 with `Retry-After`; every answer tells what is left.
 * A write waits for its counts before it begins. A read runs beside them, which saves it a round trip, and its answer is dropped where they refuse.
 */
export function refuseTooMany({ method }: Pick<RouteContract, 'method'>): RouteMiddleware {
  return {
    before: async function refuseTooManyBefore({ event }) {
      const { countings } = event.request;
      // Whoever was refused a moment ago gets no more reads done in vain.
      if (method !== 'GET' || countings.some(({ who }) => wasRefused(who))) await settle(event);
    },
    after: async function refuseTooManyAfter({ event }) {
      await settle(event);
    },
    onError: async function refuseTooManyOnError(request) {
      // Too many requests is the answer whatever else is wrong with this one.
      await settle(request.event).catch((tooMany) => {
        request.error = tooMany;
      });
    },
  };
}

/** Waits for a request's counts, once. @throws Problem 429 `rate-limited` */
async function settle({ request }: RouteEvent): Promise<void> {
  const place = placeOf(request.now.getTime());
  for (const { who, limit, counted: counting } of request.countings.splice(0)) {
    const counted = await counting;
    const left = remaining(counted, limit, place);
    const headers = {
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': String(left),
      'ratelimit-reset': String(secondsToReset(place)),
    };
    if (!counted.admitted) {
      const seconds = secondsToNext(counted, limit, place);
      rememberRefused(who, seconds);
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
  }
}

const mostRemembered = 10_000;
/** Whom this process refused, and until when. */
const refused = () => perProcess('rate-limited', () => new Map<string, number>());

const wasRefused = (who: string): boolean => (refused().get(who) ?? 0) > Date.now();

function rememberRefused(who: string, seconds: number): void {
  const known = refused();
  if (!known.has(who) && known.size >= mostRemembered) known.delete(known.keys().next().value as string);
  known.set(who, Date.now() + seconds * 1_000);
}
