// GET /api/analytics/funnel: how many views become carts, orders and payments.
import { getFunnelRoute } from '#functions/analytics/lib/contract.ts';
import { getFunnel } from '#functions/analytics/lib/get-funnel.ts';
import { replicaSql } from '#platform/db/replica.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getFunnelRoute, async ({ query }) => ({ status: 200, body: await getFunnel(replicaSql, query) }));
