// DELETE /api/admin/ads/{id}: an admin deletes an ad.
import { deleteAd } from '#functions/ads/lib/change-ads.ts';
import { deleteAdRoute } from '#functions/ads/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(deleteAdRoute, async ({ params, shopper, now, note }) => {
  note({ ad_id: params.id });
  await deleteAd(params, { actor: actorOf(shopper), now });
  return { status: 204 };
});
