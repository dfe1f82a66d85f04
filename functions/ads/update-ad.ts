// PUT /api/admin/ads/{id}: an admin changes an ad.
import { updateAd } from '#functions/ads/lib/change-ads.ts';
import { updateAdRoute } from '#functions/ads/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(updateAdRoute, async ({ params, body, shopper, now, note }) => {
  note({ ad_id: params.id });
  return { status: 200, body: await updateAd({ ...params, ...body }, { actor: actorOf(shopper), now }) };
});
