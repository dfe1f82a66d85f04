import { countRequest } from '../cache/count-requests.ts';
import { placeOf, remaining, secondsToNext, secondsToReset } from '../cache/rate-window.ts';
import { warmRedis } from '../cache/redis.ts';
import { config } from '../config.ts';
import { Problem } from '../errors.ts';
import { perProcess } from '../per-process.ts';
import { networkOf } from './client-address.ts';
import type { RouteContract } from './contract.ts';
import type { Counting, RouteEvent, RouteMiddleware } from './request.ts';

/**
 * Refuses an address, or an account, that asks more than so many times a minute: 429 with `Retry-After`; every answer says how many are left. Both
 * counts run concurrently. A write waits for them before it begins. A read runs beside them, which saves it a round trip, and its
 * answer is dropped where they refuse. A request that is refused before (its token is not valid) counts as well.
 */
export function limitRate({ method }: Pick<RouteContract, 'method'>): RouteMiddleware {
  return {
    before: async function limitRateBefore({ event: { request } }) {
      beginCounting(request);
      // No read is begun for a caller that was refused a moment ago: its answer would be dropped.
      if (method !== 'GET' || request.countings?.some(({ who }) => wasRefused(who))) await settle(request);
    },
    after: async function limitRateAfter({ event }) {
      await settle(event.request);
      warmRedis();
    },
    onError: async function limitRateOnError(failed) {
      const { request } = failed.event;
      if (!request.countings) beginCounting(request);
      // Too many requests is the answer whatever else is wrong with this one.
      await settle(request).catch((tooMany) => {
        failed.error = tooMany;
      });
      warmRedis();
    },
  };
}

function beginCounting(request: RouteEvent['request']): void {
  const { address, shopper, now } = request;
  const begin = (who: string, limit: number): Counting => ({ who, limit, counted: countRequest(who, limit, now) });
  request.countings = [
    begin(`address:${networkOf(address)}`, config.RATE_LIMIT_PER_MINUTE),
    ...(shopper ? [begin(`account:${shopper.id}`, config.ACCOUNT_RATE_LIMIT_PER_MINUTE)] : []),
  ];
}

/** Waits for a request's counts, once. @throws Problem 429 `rate-limited` */
async function settle(request: RouteEvent['request']): Promise<void> {
  const place = placeOf(request.now.getTime());
  for (const { who, limit, counted: counting } of request.countings?.splice(0) ?? []) {
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
    // Of two limits the headers show the one that will be reached first.
    if (!(Number(request.limits?.['ratelimit-remaining']) <= left)) request.limits = headers;
  }
}

const mostRemembered = 10_000;
/** Callers that this process refused, and until when. */
const refused = () => perProcess('rate-limited', () => new Map<string, number>());

const wasRefused = (who: string): boolean => (refused().get(who) ?? 0) > Date.now();

function rememberRefused(who: string, seconds: number): void {
  const known = refused();
  if (!known.has(who) && known.size >= mostRemembered) known.delete(known.keys().next().value as string);
  known.set(who, Date.now() + seconds * 1_000);
}
