/** How the last look at something went, which may change on the server at any time. */
export interface LastLook {
  /** Since it changed, or since the reader came to it. */
  quietMs: number;
  /** Looks in a row that failed. */
  failures: number;
  /** Seconds that the API asked to wait. */
  retryAfter: number | undefined;
  /** What is left of the rate limit, 1 to 0. */
  room: number;
}

export const soonestMs = 1_250;
const latestMs = 15_000;
const longestMs = 60_000;

/**
 * How long to wait before looking again: 1.25 s in the first 50 s, then a fortieth of the time in which nothing has happened, 15 s at most.
 * Looking is the least of what an address does: once half of its requests in a minute are used, everybody there looks every 15 s, and with a quarter
 * left every minute, so that pages left open lock nobody out of buying. An API that fails or refuses is asked after 2 s, 4 s, … a minute,
 * and not before it said.
 */
export function waitMs({ quietMs, failures, retryAfter = 0, room }: LastLook): number {
  if (failures > 0) return Math.max(retryAfter * 1_000, Math.min(2_000 * 2 ** (failures - 1), longestMs));
  if (room < 0.25) return longestMs;
  if (room < 0.5) return latestMs;
  return Math.min(Math.max(quietMs / 40, soonestMs), latestMs);
}
