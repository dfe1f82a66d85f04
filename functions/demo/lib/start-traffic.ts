import { randomInt } from 'node:crypto';
import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import { newId } from '#platform/ids.ts';
import type { generateTrafficRoute } from './contract.ts';
import { withControl } from './control.pg.ts';
import { findRun } from './runs.pg.ts';
import { bounds } from './traffic/arrivals.ts';
import { endTrafficThatIsOver, insertTraffic, selectTrafficOn } from './traffic-runs.pg.ts';

/** What comes when nobody says how much, by the mode that the shop is in. */
const usual = { normal: { seconds: 120, requestsPerMinute: 30 }, blackfriday: { seconds: 300, requestsPerMinute: 100 } };

/**
 * Begins a run of made-up shoppers; somebody has to send them (`advanceTraffic`).
 * @param stage whether it allows faults, and whether its payments are the mock's
 * @throws Problem 403 `faults-not-allowed` and `payments-are-real`; 409 `traffic-is-on` with the `runId` of the one that is
 */
export async function startTraffic(
  wanted: Body<typeof generateTrafficRoute>,
  { actor, adminId, now, stage }: { actor: string; adminId: string; now: Date; stage: { allowed: boolean; mockPayments: boolean } },
): Promise<{ runId: string }> {
  if (!stage.allowed)
    throw new Problem(
      'forbidden',
      'faults-not-allowed',
      'This stage allows no faults and no traffic: its parameter FaultsAllowed says so.',
    );
  if (!stage.mockPayments)
    throw new Problem('forbidden', 'payments-are-real', 'The payment provider is Stripe: it gets no made-up orders.');
  return withControl((control) =>
    control.transaction(async (sql) => {
      await endTrafficThatIsOver(sql, now);
      const mode = (await findRun(sql, now))?.mode ?? 'normal';
      const run = {
        id: newId(),
        seed: wanted.seed ?? randomInt(bounds.mostSeed),
        seconds: wanted.durationSeconds ?? wanted.duration_seconds ?? usual[mode].seconds,
        requestsPerMinute: wanted.requestsPerMinute ?? wanted.requests_per_minute ?? usual[mode].requestsPerMinute,
      };
      if (!(await insertTraffic(sql, run, { startedBy: adminId, now }))) {
        const on = await selectTrafficOn(sql);
        throw new Problem('conflict', 'traffic-is-on', 'There is traffic already: wait for its end, or stop it.', on && { runId: on.id });
      }
      const { id, ...after } = run;
      await recordChange(sql, actor, { action: 'traffic.started', subject: `traffic-run:${id}`, before: null, after }, now);
      return { runId: id };
    }),
  );
}
