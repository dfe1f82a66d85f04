import { randomInt } from 'node:crypto';
import { newId } from '#platform/ids.ts';
import type { WantedMode } from './contract.ts';
import { courseMs, courseOf } from './course.ts';
import type { Run } from './run.ts';

/** What is wanted, with all of its times; undefined for normal without faults, when nothing is on. */
export function newRun({ mode, seed = randomInt(2 ** 31), speed, faults }: WantedMode, now: Date): Run | undefined {
  const startedAt = now.getTime();
  const begun = { id: newId(), mode, seed, startedAt };
  if (mode === 'blackfriday')
    return { ...begun, speed, endsAt: startedAt + Math.round(courseMs / speed), faults: courseOf({ seed, speed, startedAt }).faults };
  if (faults.length === 0) return undefined;
  const wanted = faults.map(({ name, seconds, strength }) => ({
    name,
    strength,
    startsAt: startedAt,
    endsAt: startedAt + seconds * 1_000,
  }));
  return { ...begun, speed: 1, endsAt: Math.max(...wanted.map(({ endsAt }) => endsAt)), faults: wanted };
}
