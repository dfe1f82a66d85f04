// DELETE /api/admin/traffic/{runId}: an admin stops made-up shoppers.
import { stopTrafficRoute } from '#functions/demo/lib/contract.ts';
import { stageFaults } from '#functions/demo/lib/stage-faults.ts';
import { stopTraffic } from '#functions/demo/lib/stop-traffic.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(stopTrafficRoute, async ({ params, shopper, now }) => {
  await stopTraffic(params.runId, { actor: actorOf(shopper), now, allowed: stageFaults().allowed });
  return { status: 204 };
});
