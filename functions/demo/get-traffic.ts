// GET /api/admin/traffic/{runId}: how a run of made-up shoppers stands.
import { getTrafficRoute } from '#functions/demo/lib/contract.ts';
import { getTraffic } from '#functions/demo/lib/get-traffic.ts';
import { stageFaults } from '#functions/demo/lib/stage-faults.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getTrafficRoute, async ({ params, now }) => ({
  status: 200,
  body: await getTraffic(params.runId, { now, ...stageFaults() }),
}));
