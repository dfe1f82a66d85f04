// GET /api/health: how the shop and its dependencies are.
import { healthRoute } from '#functions/ops/lib/contract.ts';
import { readHealth } from '#functions/ops/lib/read-health.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(healthRoute, async ({ now }) => {
  const body = await readHealth(sql, { now });
  return body.status === 'unhealthy' ? { status: 503, body, headers: { 'retry-after': '2' } } : { status: 200, body };
});
