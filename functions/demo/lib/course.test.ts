import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { courseMs, courseOf, fastest, loadAt, phaseAt, phaseNames, slowest } from './course.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const speeds = fc.double({ min: slowest, max: fastest, noNaN: true });
const starts = fc.integer({ min: 0, max: 4_000_000_000_000 });
const courses = fc.record({ seed: seeds, speed: speeds, startedAt: starts });

/** A course without the moment at which it began. */
const relative = ({ seed, speed, startedAt }: { seed: number; speed: number; startedAt: number }) => {
  const { phases, faults } = courseOf({ seed, speed, startedAt });
  const since = <T extends { startsAt: number; endsAt: number }>(part: T) => ({
    ...part,
    startsAt: part.startsAt - startedAt,
    endsAt: part.endsAt - startedAt,
  });
  return { phases: phases.map(since), faults: faults.map(since) };
};

describe('Black Friday', () => {
  test('is the same for the same seed and speed, whenever it begins', () => {
    fc.assert(
      fc.property(courses, starts, (course, later) => {
        expect(relative(course)).toEqual(relative({ ...course, startedAt: later }));
      }),
    );
  });

  test('is another for another seed: other times, strengths and faults', () => {
    const all = Array.from({ length: 300 }, (_, seed) => relative({ seed, speed: 1, startedAt: 0 }));
    expect(new Set(all.map(({ faults }) => JSON.stringify(faults))).size).toBe(300);
    expect(
      new Set(
        all.map(({ faults }) =>
          faults
            .map(({ name }) => name)
            .sort()
            .join(),
        ),
      ).size,
    ).toBeGreaterThan(30);
  });

  test('goes through its phases without a gap, and lasts five minutes at speed 1', () => {
    fc.assert(
      fc.property(courses, ({ seed, speed, startedAt }) => {
        const { phases } = courseOf({ seed, speed, startedAt });
        expect(phases.map(({ name }) => name)).toEqual(phaseNames);
        expect(phases.map(({ startsAt }) => startsAt)).toEqual([startedAt, ...phases.slice(0, -1).map(({ endsAt }) => endsAt)]);
        expect(phases.at(-1)?.endsAt).toBe(startedAt + Math.round(courseMs / speed));
      }),
    );
  });

  test('has faults in ramp, peak and degradation that end with their phase at the latest, so that it recovers without any', () => {
    fc.assert(
      fc.property(courses, ({ seed, speed, startedAt }) => {
        const course = courseOf({ seed, speed, startedAt });
        const within = course.faults.map((fault) => {
          const phase = phaseAt(course, fault.startsAt);
          expect(fault.endsAt).toBeLessThanOrEqual(phase?.endsAt ?? 0);
          expect(fault.endsAt - fault.startsAt).toBeGreaterThan(0);
          expect(fault.strength).toBeGreaterThan(0);
          expect(fault.strength).toBeLessThanOrEqual(1);
          return phase?.name;
        });
        expect([...new Set(within)]).toEqual(['ramp', 'peak', 'degradation']);
        expect(new Set(course.faults.map(({ name }) => name)).size).toBe(course.faults.length);
      }),
    );
  });

  test('multiplies the traffic without a jump, and leaves it alone before and after', () => {
    const course = courseOf({ seed: 7, speed: 1, startedAt: 0 });
    const loads = Array.from({ length: courseMs / 100 }, (_, i) => loadAt(course, i * 100));
    expect(Math.max(...loads.slice(1).map((load, i) => Math.abs(load - (loads[i] ?? 0))))).toBeLessThan(0.01);
    expect([loadAt(course, -1), loadAt(course, courseMs)]).toEqual([1, 1]);
    expect(Math.max(...loads)).toBeCloseTo(2, 1);
  });
});
