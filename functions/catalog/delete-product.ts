// DELETE /api/products/{id}: an admin takes a product off the shelf.
import { deleteProductRoute } from '#functions/catalog/lib/contract.ts';
import { deleteProduct } from '#functions/catalog/lib/delete-product.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(deleteProductRoute, async ({ params, shopper, now, note }) => {
  note({ product_id: params.id });
  await deleteProduct(params, { actor: actorOf(shopper), now });
  return { status: 204 };
});
