// GET /api/admin/ads: the ads that admins look after.
import { listAdsRoute } from '#functions/ads/lib/contract.ts';
import { listAds } from '#functions/ads/lib/read-ads.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listAdsRoute, async ({ query }) => ({ status: 200, body: await listAds(sql, query) }));
