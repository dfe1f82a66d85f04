import type { Fault } from '#platform/faults/fault-names.ts';
import type { DemoMode } from './contract.ts';
import { courseOf, phaseAt } from './course.ts';
import { lookOf, type Traces } from './look.ts';
import type { Run } from './run.ts';

/** Nothing is on. */
export const normal: DemoMode = { mode: 'normal', seed: null, phase: null, startedAt: null, endsAt: null, faults: [], course: null };

const instant = (ms: number) => new Date(ms).toISOString();

/** What an admin is shown of a run at an instant. */
export function showMode(run: Run | undefined, now: Date, traces: Traces): DemoMode {
  const at = now.getTime();
  if (run === undefined) return normal;
  const course = run.mode === 'blackfriday' ? courseOf(run) : undefined;
  return {
    mode: run.mode,
    seed: run.seed,
    phase: (course && phaseAt(course, at)?.name) ?? null,
    startedAt: instant(run.startedAt),
    endsAt: instant(run.endsAt),
    faults: faultsOn(run, now).map(({ name, strength, startsAt, endsAt }) => ({
      name,
      strength,
      startedAt: instant(startsAt),
      endsAt: instant(endsAt),
      look: lookOf(name, traces),
    })),
    course:
      course === undefined ? null : { speed: run.speed, phases: course.phases.map(withInstants), faults: run.faults.map(withInstants) },
  };
}

/** The faults of a run that are on at an instant. */
export const faultsOn = (run: Run | undefined, now: Date): Fault[] =>
  run?.faults.filter(({ startsAt, endsAt }) => startsAt <= now.getTime() && now.getTime() < endsAt) ?? [];

const withInstants = <T extends { startsAt: number; endsAt: number }>(part: T) => ({
  ...part,
  startsAt: instant(part.startsAt),
  endsAt: instant(part.endsAt),
});
