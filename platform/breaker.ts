// A circuit breaker as data: pure functions from state to state. Its owner calls `admit` before each try, then reports how the try went.

/** Closed (everybody may try) while `openMs` is 0; else open until the instant `until`, when one try is let through as a probe. */
export interface Breaker {
  /** How long this time; doubles with each probe that fails. */
  openMs: number;
  /** Milliseconds since the epoch. */
  until: number;
}

export const closed: Breaker = { openMs: 0, until: 0 };

/** Also true while a probe is under way. Compares by value: bundles in one process share a breaker, and each has its own `closed` object. */
export const isOpen = ({ openMs }: Breaker): boolean => openMs > 0;

const firstOpenMs = 1_000;
const longestOpenMs = 10_000;

export type Admission = 'free' | 'probe' | 'refused';

/** Whether this caller may try. A probe extends the open time for all others, so a probe that never reports back does not block for ever. */
export function admit(breaker: Breaker, now: number): { admission: Admission; next: Breaker } {
  if (!isOpen(breaker)) return { admission: 'free', next: breaker };
  if (now < breaker.until) return { admission: 'refused', next: breaker };
  return { admission: 'probe', next: { ...breaker, until: now + breaker.openMs } };
}

/** The state after a failed try. Tries that began before the breaker opened fail together and count as one failure. */
export function afterFailure(breaker: Breaker, admission: Admission, now: number): Breaker {
  if (isOpen(breaker) && admission !== 'probe') return breaker;
  const openMs = !isOpen(breaker) ? firstOpenMs : Math.min(longestOpenMs, breaker.openMs * 2);
  return { openMs, until: now + openMs };
}
