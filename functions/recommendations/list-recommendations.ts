// GET /api/recommendations: what goes with a product, or with what lies in a cart.
import { listRecommendationsRoute } from '#functions/recommendations/lib/contract.ts';
import { listRecommendations } from '#functions/recommendations/lib/list-recommendations.ts';
import { readThrough } from '#platform/cache/read-through.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listRecommendationsRoute, async ({ query, now, note }) => {
  // A cart's id is a secret and what lies in it its owner's business: no cache keeps the answer, not even ours, and no log line names it.
  if (query.sessionId !== undefined) {
    return { status: 200, headers: { 'cache-control': 'no-store' }, body: await listRecommendations(sql, query, { now }) };
  }
  if (query.productId !== undefined) note({ product_id: query.productId });
  return {
    status: 200,
    body: await readThrough({ name: 'recommendations', asked: query, note }, () => listRecommendations(sql, query, { now })),
  };
});
