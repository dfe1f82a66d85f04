// The sliding window of the rate limits: this minute's count, and of the last minute's the part that still lies within sixty seconds.

const windowMs = 60_000;

/** Where an instant lies among the windows. */
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

/** What a request found: whether it was let in, and the counts with it in them if it was. */
export interface Counted {
  admitted: boolean;
  count: number;
  previous: number;
}

export function placeOf(at: number): Place {
  const start = at - (at % windowMs);
  return { start, previousStart: start - windowMs, weight: 1 - (at - start) / windowMs, windowMs };
}

/** Counts a request, unless it is one too many: those that are refused do not keep others out. */
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

/** How many more requests would be let in now. */
export const remaining = ({ count, previous }: Counted, limit: number, { weight }: Place): number =>
  Math.max(0, Math.floor(limit - count - previous * weight));

/** Seconds until this window ends. */
export const secondsToReset = ({ weight }: Place): number => Math.max(1, Math.ceil((weight * windowMs) / 1000));

/** Seconds until one more request is let in, if none comes before. */
export function secondsToNext({ count, previous }: Counted, limit: number, { weight }: Place): number {
  // Within this window the last one's weight has to sink; when that is not enough, this one's has to in the next.
  const fitting = count + 1 <= limit && previous > 0 ? (limit - 1 - count) / previous : -1;
  const share = fitting >= 0 ? weight - Math.min(weight, fitting) : weight + (1 - (limit - 1) / count);
  return Math.max(1, Math.ceil((share * windowMs) / 1000));
}
