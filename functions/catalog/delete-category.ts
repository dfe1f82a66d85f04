// DELETE /api/categories/{id}: an admin deletes a category that no product is in.
import { deleteCategory } from '#functions/catalog/lib/change-categories.ts';
import { deleteCategoryRoute } from '#functions/catalog/lib/contract.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(deleteCategoryRoute, async ({ params, shopper, now }) => {
  await deleteCategory(params, { actor: actorOf(shopper), now });
  return { status: 204 };
});
