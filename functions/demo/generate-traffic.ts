// POST /api/admin/generate-traffic: an admin lets made-up shoppers come.
import { generateTrafficRoute } from '#functions/demo/lib/contract.ts';
import { stageFaults } from '#functions/demo/lib/stage-faults.ts';
import { startFunction } from '#functions/demo/lib/start-function.client.ts';
import { startTraffic } from '#functions/demo/lib/start-traffic.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { config, required } from '#platform/config.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(generateTrafficRoute, async ({ body, shopper, now }) => {
  const stage = { allowed: stageFaults().allowed, mockPayments: config.PAYMENT_PROVIDER === 'mock' };
  const started = await startTraffic(body, { actor: actorOf(shopper), adminId: shopper.id, now, stage });
  await startFunction(required('ADVANCE_TRAFFIC_FUNCTION'), now);
  return { status: 202, body: started };
});
