// POST /api/categories: an admin adds a category.
import { createCategory } from '#functions/catalog/lib/change-categories.ts';
import { createCategoryRoute } from '#functions/catalog/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(createCategoryRoute, async ({ body, shopper, now }) => ({
  status: 201,
  body: await createCategory(body, { actor: actorOf(shopper), now }),
}));
