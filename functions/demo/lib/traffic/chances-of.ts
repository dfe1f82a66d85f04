import { chancesOf } from '#platform/chances.ts';

/**
 * One seed out of several whole numbers: a run's seed with a second, that with the arrival's place in it. Each number is stirred in by the finisher
 * of MurmurHash3, so that neighbours (second 7 and second 8) have nothing in common.
 */
export function seedOf(...numbers: readonly number[]): number {
  let state = 0x2545f491;
  for (const number of numbers) {
    state = Math.imul(state ^ number, 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}

/** What choices are made of. The same seed makes the same ones, in the order in which they are asked for. */
export interface Chances {
  /** Whether something happens that happens in this share (0 to 1) of all cases. */
  happens(share: number): boolean;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  /** One of them, each as likely; undefined where there is none. */
  oneOf<T>(things: readonly T[]): T | undefined;
  /** A time in milliseconds, by an exponential distribution of this mean, cut at a tenth and at four times of it: people are mostly quick and rarely slow. */
  time(meanMs: number): number;
}

/** The choices of a seed. */
export function choicesOf(seed: number): Chances {
  const next = chancesOf(seed);
  return {
    happens: (share) => next() < share,
    whole: (min, max) => min + Math.floor(next() * (max - min + 1)),
    oneOf: (things) => things[Math.floor(next() * things.length)],
    time: (meanMs) => Math.round(meanMs * Math.min(Math.max(-Math.log(1 - next()), 0.1), 4)),
  };
}
