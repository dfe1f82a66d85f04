import type { Mode } from './contract.ts';
import type { Control } from './control.pg.ts';
import { newRun } from './new-run.ts';
import { insertRun, isUntouched, lockRuns } from './runs.pg.ts';

/**
 * Begins the mode that the stage's parameter says, once in the life of its database: a stage that was in any mode before stays as somebody left it,
 * however often its functions start.
 */
export async function beginInitialMode(control: Control, mode: Mode, now: Date): Promise<void> {
  const run = newRun({ mode, speed: 1, faults: [] }, now);
  if (run === undefined) return;
  await control.transaction(async (sql) => {
    await lockRuns(sql);
    if (await isUntouched(sql)) await insertRun(sql, run, null);
  });
}
