import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { withControl } from './control.pg.ts';
import { trafficNotFound } from './get-traffic.ts';
import { endTrafficThatIsOver, selectTraffic, stopTraffic as writeStop } from './traffic-runs.pg.ts';

/**
 * Stops a run: nobody comes any more, and who is in the shop takes no further step. Within a second, where somebody sends it; of one that is over already
 * nothing changes.
 * @throws Problem 404 `traffic-not-found`
 */
export async function stopTraffic(id: string, { actor, now, allowed }: { actor: string; now: Date; allowed: boolean }): Promise<void> {
  if (!allowed) throw trafficNotFound();
  await withControl((control) =>
    control.transaction(async (sql) => {
      if ((await selectTraffic(sql, id)) === undefined) throw trafficNotFound();
      if (!(await writeStop(sql, id, now))) return;
      await endTrafficThatIsOver(sql, now);
      await recordChange(sql, actor, { action: 'traffic.stopped', subject: `traffic-run:${id}`, before: null, after: null }, now);
    }),
  );
}
