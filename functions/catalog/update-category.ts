// PUT /api/categories/{id}: an admin changes a category.
import { updateCategory } from '#functions/catalog/lib/change-categories.ts';
import { updateCategoryRoute } from '#functions/catalog/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(updateCategoryRoute, async ({ params, body, shopper, now }) => ({
  status: 200,
  body: await updateCategory({ ...params, ...body }, { actor: actorOf(shopper), now }),
}));
