// PUT /api/admin/synonyms/{id}: an admin changes a synonym.
import { updateSynonym } from '#functions/search/lib/change-synonyms.ts';
import { updateSynonymRoute } from '#functions/search/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(updateSynonymRoute, async ({ params, body, shopper, now }) => ({
  status: 200,
  body: await updateSynonym({ ...params, ...body }, { actor: actorOf(shopper), now }),
}));
