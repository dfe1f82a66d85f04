import { chancesOf } from '#platform/chances.ts';
import { seedOf } from './chances-of.ts';

/** What people come for, and how many of a hundred come for it. */
const shares = { browse: 60, cart: 25, checkout: 15 } as const;
export type JourneyKind = keyof typeof shares;

/**
 * HTTP requests that a journey of each kind makes, on average, while the shop works: measured over 20,000 journeys, and held to a twentieth by
 * journey.test.ts. By them a minute's requests become a minute's arrivals.
 */
export const requestsPerJourney: Readonly<Record<JourneyKind, number>> = { browse: 12, cart: 15.2, checkout: 19.9 };

const kinds = Object.keys(shares) as JourneyKind[];
const meanRequests = kinds.reduce((sum, kind) => sum + (shares[kind] / 100) * requestsPerJourney[kind], 0);

/** What a run may ask for. */
export const bounds = { mostSeconds: 3_600, mostRequestsPerMinute: 6_000, mostSeed: 2 ** 31 - 1 } as const;

/** Somebody comes to the shop. */
export interface Arrival {
  /** Milliseconds since the run began. */
  atMs: number;
  kind: JourneyKind;
  /** Of all choices on this journey. */
  seed: number;
}

export interface Rate {
  /** A whole number: the same one makes the same arrivals. */
  seed: number;
  /** HTTP requests, not journeys. */
  requestsPerMinute: number;
}

/**
 * Who arrives in one second of a run (0 is its first), in order: a Poisson process, that is, people who know nothing of each other and of how fast
 * the shop is. Times between two of them are exponential, and start anew with each second, which changes nothing (the process has no memory) and
 * lets every second be drawn by itself: whoever sends a part of a run needs to know nothing of the parts before.
 * @param load multiplies the rate in this second
 */
export function arrivalsIn(second: number, { seed, requestsPerMinute }: Rate, load = 1): Arrival[] {
  const perMs = (requestsPerMinute * load) / meanRequests / 60_000;
  const next = chancesOf(seedOf(seed, second));
  const arrivals: Arrival[] = [];
  for (let atMs = gap(next(), perMs); atMs < 1_000; atMs += gap(next(), perMs))
    arrivals.push({ atMs: second * 1_000 + atMs, kind: kindOf(next() * 100), seed: seedOf(seed, second, arrivals.length) });
  return arrivals;
}

/**
 * Who arrives from one second of a run to another (not included), in order.
 * @param loadIn multiplies the rate in a second; 1 where it is left out
 */
export function* arrivalsOf(
  rate: Rate,
  fromSecond: number,
  toSecond: number,
  loadIn: (second: number) => number = () => 1,
): Generator<Arrival> {
  for (let second = fromSecond; second < toSecond; second += 1) yield* arrivalsIn(second, rate, loadIn(second));
}

/** By inversion: an exponential time out of an even chance. Endless where the rate is 0. */
const gap = (chance: number, perMs: number): number => -Math.log(1 - chance) / perMs;

function kindOf(percent: number): JourneyKind {
  if (percent < shares.browse) return 'browse';
  return percent < shares.browse + shares.cart ? 'cart' : 'checkout';
}
