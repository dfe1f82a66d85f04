// POST /api/admin/ads: an admin adds an ad.
import { createAd } from '#functions/ads/lib/change-ads.ts';
import { createAdRoute } from '#functions/ads/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(createAdRoute, async ({ body, shopper, now }) => ({
  status: 201,
  body: await createAd(body, { actor: actorOf(shopper), now }),
}));
