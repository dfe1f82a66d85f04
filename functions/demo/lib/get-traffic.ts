import { Problem } from '#platform/errors.ts';
import type { Traffic } from './contract.ts';
import { withControl } from './control.pg.ts';
import { lookOf, type Traces } from './look.ts';
import { findRun } from './runs.pg.ts';
import { faultsOn } from './show-mode.ts';
import { byRoute, sumOf } from './traffic/figures.ts';
import { endsAt, stateOf } from './traffic-run.ts';
import { selectFigures, selectTraffic } from './traffic-runs.pg.ts';

export const trafficNotFound = () => new Problem('missing', 'traffic-not-found', 'There is no such traffic.');

/** How a run stands. Where faults are not allowed there is none. @throws Problem 404 `traffic-not-found` */
export async function getTraffic(id: string, { now, allowed, traces }: { now: Date; allowed: boolean; traces: Traces }): Promise<Traffic> {
  if (!allowed) throw trafficNotFound();
  return withControl(async ({ sql }) => {
    const run = await selectTraffic(sql, id);
    if (run === undefined) throw trafficNotFound();
    const { parts, interrupted } = await selectFigures(sql, id, now);
    const figures = sumOf(parts);
    const { arrived, dropped, sent, ok, failed } = figures;
    return {
      runId: id,
      state: stateOf(run, now),
      seed: run.seed,
      requestsPerMinute: run.requestsPerMinute,
      startedAt: new Date(run.startedAt).toISOString(),
      endsAt: new Date(endsAt(run)).toISOString(),
      sent,
      ok,
      failed,
      byRoute: byRoute(figures),
      shoppers: { arrived, dropped },
      missedSeconds: run.missedSeconds,
      interrupted,
      restockedAt: run.restockedAt,
      faults: faultsOn(await findRun(sql, now), now).map(({ name }) => ({ name, look: lookOf(name, traces) })),
    };
  });
}
