// POST /api/admin/synonyms: an admin adds a synonym.
import { createSynonym } from '#functions/search/lib/change-synonyms.ts';
import { createSynonymRoute } from '#functions/search/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(createSynonymRoute, async ({ body, shopper, now }) => ({
  status: 201,
  body: await createSynonym(body, { actor: actorOf(shopper), now }),
}));
