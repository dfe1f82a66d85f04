import { restockSold } from '#functions/orders/lib/restock-sold.ts';
import type { Control } from './control.pg.ts';
import { ofRun } from './traffic/people.ts';
import { tagOf } from './traffic-run.ts';
import { noteRestocked, selectTrafficToRestock } from './traffic-runs.pg.ts';

/** Shoppers whose sender lost the database may go on for so long unseen. */
const unseenMs = 180_000;

/**
 * Puts back what runs sold that have ended. A run is looked at again until none of its orders waits for a payment any more: one that the provider did not
 * answer for may still turn out to be paid.
 * @returns how many orders' pieces came back
 */
export async function restockTraffic(control: Control, { now, signal }: { now: Date; signal: AbortSignal }): Promise<number> {
  let all = 0;
  for (const run of await selectTrafficToRestock(control.sql)) {
    const orders = { emailEnds: ofRun(tagOf(run)), since: new Date(run.startedAt) };
    const { restocked, left } = await restockSold(control, orders, { now, signal });
    all += restocked;
    const isOver = run.endedAt !== null && now.getTime() - Date.parse(run.endedAt) >= unseenMs;
    if (left === 0 && isOver) await noteRestocked(control.sql, run.id, now);
  }
  return all;
}
