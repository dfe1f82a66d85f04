// DELETE /api/admin/synonyms/{id}: an admin deletes a synonym.
import { deleteSynonym } from '#functions/search/lib/change-synonyms.ts';
import { deleteSynonymRoute } from '#functions/search/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(deleteSynonymRoute, async ({ params, shopper, now }) => {
  await deleteSynonym(params, { actor: actorOf(shopper), now });
  return { status: 204 };
});
