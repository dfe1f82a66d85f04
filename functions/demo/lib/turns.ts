/** A fault that comes and goes: it is on for `onMs`, off for `offMs`, and so on. */
export interface Turns {
  onMs: number;
  offMs: number;
}

/** Longer than any fault lasts. A timer takes 2^31 - 1 ms at most, and goes off at once where it is given more. */
const longestOffMs = 3_600_000;

/** @param strength the share of the time that it is on */
export const turnsOf = (onMs: number, strength: number): Turns => ({
  onMs,
  offMs: Math.min(longestOffMs, Math.round((onMs * (1 - strength)) / strength)),
});
