// GET /api/ads: ads to show on a page.
import { chooseAds } from '#functions/ads/lib/choose-ads.ts';
import { chooseAdsRoute } from '#functions/ads/lib/contract.ts';
import { readThrough } from '#platform/cache/read-through.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(chooseAdsRoute, async ({ query, now, note }) => ({
  status: 200,
  body: await readThrough({ name: 'ads', asked: query, note }, () => chooseAds(sql, query, { now })),
}));
