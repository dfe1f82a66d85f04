/** A fault that comes and goes: it is on for `onMs`, off for `offMs`, and so on. */
export interface Turns {
  onMs: number;
  offMs: number;
}

/** @param strength the share of the time that it is on */
export const turnsOf = (onMs: number, strength: number): Turns => ({ onMs, offMs: Math.round((onMs * (1 - strength)) / strength) });
