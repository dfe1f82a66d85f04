// A circuit breaker as data: what it is after each thing that happens. Whoever keeps it asks `admit` before each try.

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

/** May this one try? A probe keeps all others out for another while, so that one that never reports back blocks nothing for good. */
export function admit(breaker: Breaker, now: number): { admission: Admission; next: Breaker } {
  if (!isOpen(breaker)) return { admission: 'free', next: breaker };
  if (now < breaker.until) return { admission: 'refused', next: breaker };
  return { admission: 'probe', next: { ...breaker, until: now + breaker.openMs } };
}

/** After a try that failed. Those that were let in before it opened fail together, and count as one. */
export function afterFailure(breaker: Breaker, admission: Admission, now: number): Breaker {
  if (isOpen(breaker) && admission !== 'probe') return breaker;
  const openMs = !isOpen(breaker) ? firstOpenMs : Math.min(longestOpenMs, breaker.openMs * 2);
  return { openMs, until: now + openMs };
}
