// GET /api/admin/ads/{id}: one ad, for an admin.
import { getAdRoute } from '#functions/ads/lib/contract.ts';
import { getAd } from '#functions/ads/lib/read-ads.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getAdRoute, async ({ params, note }) => {
  note({ ad_id: params.id });
  return { status: 200, body: await getAd(sql, params) };
});
