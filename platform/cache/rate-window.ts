// The sliding window of the rate limits: this minute's count plus the share of the last minute's count that still lies within sixty seconds.

const windowMs = 60_000;

/** The position of an instant in its one-minute window. */
export interface Place {
  start: number;
  previousStart: number;
  /** How much of the last window still counts, 1 to 0. */
  weight: number;
  windowMs: number;
}

export interface Window {
  start: number;
  count: number;
  previous: number;
}

/** The result of counting a request: whether it was admitted, and the counts (which include it if it was). */
export interface Counted {
  admitted: boolean;
  count: number;
  previous: number;
}

export function placeOf(at: number): Place {
  const start = at - (at % windowMs);
  return { start, previousStart: start - windowMs, weight: 1 - (at - start) / windowMs, windowMs };
}

/** Counts a request unless it exceeds the limit: refused requests are not counted, so they do not prolong the wait of others. */
export function countIn(
  window: Window | undefined,
  limit: number,
  { start, previousStart, weight }: Place,
): { window: Window; counted: Counted } {
  const previous = window?.start === start ? window.previous : window?.start === previousStart ? window.count : 0;
  const count = window?.start === start ? window.count : 0;
  const admitted = count + previous * weight + 1 <= limit;
  const after = admitted ? count + 1 : count;
  return { window: { start, count: after, previous }, counted: { admitted, count: after, previous } };
}

/** How many more requests would be admitted now. */
export const remaining = ({ count, previous }: Counted, limit: number, { weight }: Place): number =>
  Math.max(0, Math.floor(limit - count - previous * weight));

/** Seconds until this window ends. */
export const secondsToReset = ({ weight }: Place): number => Math.max(1, Math.ceil((weight * windowMs) / 1000));

/** Seconds until one more request is admitted, if no other comes first. */
export function secondsToNext({ count, previous }: Counted, limit: number, { weight }: Place): number {
  // Either the last window's weight decays enough within this window, or this window's must decay in the next.
  const fitting = count + 1 <= limit && previous > 0 ? (limit - 1 - count) / previous : -1;
  const share = fitting >= 0 ? weight - Math.min(weight, fitting) : weight + (1 - (limit - 1) / count);
  return Math.max(1, Math.ceil((share * windowMs) / 1000));
}
