import { withControl } from './control.pg.ts';
import { restockTraffic } from './restock-traffic.ts';
import { type Sending, sendRun } from './send-run.ts';
import { endTrafficThatIsOver, selectTrafficOn } from './traffic-runs.pg.ts';

/**
 * Carries a run of made-up shoppers on, if there is one, ends the one that is over, and puts back what was sold. Safe to call at any time, as often as one
 * likes, and at once with others.
 */
export async function advanceTraffic(sending: Sending): Promise<{ shoppers: number; restocked: number }> {
  const { now, signal } = sending;
  const run = await withControl(({ sql }) => selectTrafficOn(sql));
  const shoppers = run && !run.stopped && run.claimedSeconds < run.seconds ? await sendRun(run, sending) : 0;
  return withControl(async (control) => {
    await endTrafficThatIsOver(control.sql, now());
    return { shoppers, restocked: await restockTraffic(control, { now: now(), signal }) };
  });
}
