import { drawOf } from '#platform/faults/draws.ts';
import type { Fault, FaultName } from '#platform/faults/fault-names.ts';

export const phaseNames = ['warm-up', 'ramp', 'peak', 'degradation', 'recovery'] as const;
export type PhaseName = (typeof phaseNames)[number];

/** A part of the course. Times are milliseconds since 1970. */
export interface Phase {
  name: PhaseName;
  startsAt: number;
  endsAt: number;
  /** What the rate of traffic is multiplied by, from the phase's beginning to its end, in a straight line. */
  load: { from: number; to: number };
}

/** Black Friday from its beginning to its end. */
export interface Course {
  phases: Phase[];
  faults: Fault[];
}

/** How long the whole lasts at speed 1. */
export const courseMs = 300_000;
export const slowest = 0.25;
export const fastest = 10;

/** Seconds at speed 1, and the faults that a phase chooses from: `chosen` of them, each at another time. */
const plan: Record<PhaseName, { seconds: number; load: Phase['load']; chosen: number; of: FaultName[] }> = {
  'warm-up': { seconds: 45, load: { from: 0.3, to: 0.5 }, chosen: 0, of: [] },
  ramp: { seconds: 60, load: { from: 0.5, to: 1 }, chosen: 2, of: ['cold-starts', 'ads-errors', 'redis-slow', 'duplicate-deliveries'] },
  peak: {
    seconds: 75,
    load: { from: 1, to: 2 },
    chosen: 3,
    of: ['payment-declines', 'lock-contention', 'slow-query', 'provider-slow', 'memory-pressure'],
  },
  degradation: {
    seconds: 75,
    load: { from: 2, to: 1.5 },
    chosen: 4,
    of: ['pool-exhaustion', 'provider-away', 'redis-away', 'bus-away', 'mail-failing', 'bad-deploy'],
  },
  recovery: { seconds: 45, load: { from: 1.5, to: 0.5 }, chosen: 0, of: [] },
};

/** How strong a fault is at the least and at the most. What hits nearly everybody would leave nothing to look at. */
const strengths: Record<FaultName, readonly [number, number]> = {
  'slow-query': [0.4, 0.8],
  'pool-exhaustion': [0.6, 0.9],
  'lock-contention': [0.5, 0.9],
  'payment-declines': [0.2, 0.4],
  'provider-slow': [0.4, 0.8],
  'provider-away': [0.4, 0.8],
  'redis-slow': [0.4, 0.8],
  'redis-away': [1, 1],
  'bus-away': [1, 1],
  'mail-failing': [0.4, 0.8],
  'ads-errors': [0.3, 0.6],
  'duplicate-deliveries': [0.3, 0.6],
  'memory-pressure': [0.4, 0.8],
  'cold-starts': [0.4, 0.8],
  'bad-deploy': [0.1, 0.3],
};

/**
 * All that a Black Friday does, from its seed alone: the same seed and speed give the same course, relative to its beginning. Each fault begins and ends
 * within its phase, so that recovery has none.
 * @param speed 0.25 to 10: at 2 it lasts half as long
 * @param startedAt milliseconds since 1970
 */
export function courseOf({ seed, speed, startedAt }: { seed: number; speed: number; startedAt: number }): Course {
  const phases: Phase[] = [];
  const faults: Fault[] = [];
  let seconds = 0;
  const instant = (at: number) => startedAt + Math.round((at * 1_000) / speed);
  for (const name of phaseNames) {
    const { seconds: lasts, load, chosen, of } = plan[name];
    phases.push({ name, startsAt: instant(seconds), endsAt: instant(seconds + lasts), load });
    for (const fault of choose(of, chosen, seed)) {
      const begins = seconds + lasts * between(0.02, 0.4, seed, `${fault} begins`);
      const ends = begins + lasts * between(0.35, 0.55, seed, `${fault} lasts`);
      const [least, most] = strengths[fault];
      const strength = Math.round(between(least, most, seed, `${fault} strength`) * 100) / 100;
      faults.push({ name: fault, strength, startsAt: instant(begins), endsAt: instant(ends) });
    }
    seconds += lasts;
  }
  return { phases, faults: faults.sort((a, b) => a.startsAt - b.startsAt) };
}

/** The phase at an instant; undefined before and after the course. */
export const phaseAt = ({ phases }: Course, at: number): Phase | undefined =>
  phases.find(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);

/** What the rate of traffic is multiplied by at an instant; 1 outside of the course. */
export function loadAt(course: Course, at: number): number {
  const phase = phaseAt(course, at);
  if (phase === undefined) return 1;
  const { startsAt, endsAt, load } = phase;
  return load.from + ((load.to - load.from) * (at - startsAt)) / (endsAt - startsAt);
}

const between = (least: number, most: number, seed: number, name: string) => least + (most - least) * drawOf(seed, name, 0);

/** Some of the names, by the seed: the same some for the same seed. */
const choose = (names: FaultName[], count: number, seed: number) =>
  names
    .map((name) => ({ name, draw: drawOf(seed, `${name} chosen`, 0) }))
    .sort((a, b) => a.draw - b.draw)
    .slice(0, count)
    .map(({ name }) => name);
