// rate(1 minute): does what faults need somebody for, as long as they are on. set-demo-mode starts it too.
import { beginInitialMode } from '#functions/demo/lib/begin-initial-mode.ts';
import { withControl } from '#functions/demo/lib/control.pg.ts';
import { runFaults } from '#functions/demo/lib/run-faults.ts';
import { now } from '#platform/clock.ts';
import { config } from '#platform/config.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule(async (time, signal) => {
  if (config.FAULTS_ALLOWED !== 'true') return { agents: 0, healed: 0 };
  return withControl(async (control) => {
    await beginInitialMode(control, config.INITIAL_MODE, time);
    return runFaults(control, { signal, now });
  });
});
