import { config } from '../config.ts';
import { Problem } from '../errors.ts';
import { perProcess } from '../per-process.ts';
import type { RouteMiddleware } from './request.ts';

const windowMs = 60_000;

interface Window {
  start: number;
  count: number;
  previous: number;
}

/** Refuses an address that asks more than RATE_LIMIT_PER_MINUTE: 429 with `Retry-After`; every answer tells what is left. */
export function limitRate(): RouteMiddleware {
  return {
    before: function limitRateBefore({ event }) {
      const { request } = event;
      const limit = config.RATE_LIMIT_PER_MINUTE;
      const { used, resetSeconds } = count(request.address, request.now.getTime());
      const headers = {
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': String(Math.max(0, Math.floor(limit - used))),
        'ratelimit-reset': String(resetSeconds),
      };
      if (used > limit) {
        const retry = { ...headers, 'retry-after': String(resetSeconds) };
        throw new Problem(
          'too-many',
          'rate-limited',
          `More than ${limit} requests in a minute. Please wait ${resetSeconds} seconds.`,
          {},
          { headers: retry },
        );
      }
      request.limits = headers;
    },
  };
}

/** Counts a request in a sliding window: this minute's count plus the part of the last minute's that still lies within sixty seconds. */
function count(key: string, at: number): { used: number; resetSeconds: number } {
  const windows = perProcess('rate-windows', () => new Map<string, Window>());
  const start = at - (at % windowMs);
  let window = windows.get(key);
  if (!window || window.start < start) {
    const previous = window && window.start === start - windowMs ? window.count : 0;
    if (!window && windows.size >= 10_000) windows.delete(windows.keys().next().value as string);
    window = { start, count: 0, previous };
    windows.set(key, window);
  }
  window.count += 1;
  const elapsed = at - start;
  return {
    used: window.count + window.previous * (1 - elapsed / windowMs),
    resetSeconds: Math.max(1, Math.ceil((windowMs - elapsed) / 1000)),
  };
}
