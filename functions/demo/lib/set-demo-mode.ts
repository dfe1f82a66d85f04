import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { adminOf } from '#platform/auth/shopper.ts';
import { Problem } from '#platform/errors.ts';
import type { DemoMode, WantedMode } from './contract.ts';
import { withControl } from './control.pg.ts';
import type { Traces } from './look.ts';
import { newRun } from './new-run.ts';
import type { Run } from './run.ts';
import { endFaultSessions, endRuns, findRun, insertRun, lockRuns } from './runs.pg.ts';
import { normal, showMode } from './show-mode.ts';

/**
 * Puts a mode in the place of whatever is on. All that it will do is written here, with its ends. What faults hold is ended, so that `normal` is normal
 * at once, and so that nothing of the mode before goes on in the next.
 * @param allowed whether this stage allows faults
 * @throws Problem `faults-not-allowed` for anything but normal, where it does not
 */
export async function setDemoMode(
  wanted: WantedMode,
  { actor, now, allowed, traces }: { actor: string; now: Date; allowed: boolean; traces: Traces },
): Promise<DemoMode> {
  const run = newRun(wanted, now);
  if (!allowed) {
    if (run === undefined) return normal;
    throw new Problem('forbidden', 'faults-not-allowed', 'This stage allows no faults: its parameter FaultsAllowed says so.');
  }
  await withControl(async (control) => {
    await control.transaction(async (sql) => {
      await lockRuns(sql);
      const before = await findRun(sql, now);
      await endRuns(sql, now);
      if (run !== undefined) await insertRun(sql, run, adminOf(actor) ?? null);
      const shown = run ?? before;
      if (shown !== undefined)
        await recordChange(
          sql,
          actor,
          { action: 'demo-mode.set', subject: `demo-run:${shown.id}`, before: summary(before), after: summary(run) ?? { mode: 'normal' } },
          now,
        );
    });
    await endFaultSessions(control.sql);
  });
  return showMode(run, now, traces);
}

const summary = (run: Run | undefined) =>
  run === undefined
    ? null
    : { runId: run.id, mode: run.mode, seed: run.seed, speed: run.speed, faults: run.faults.map(({ name }) => name) };
