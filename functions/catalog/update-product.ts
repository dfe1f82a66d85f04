// PUT /api/products/{id}: an admin changes a product.
import { updateProductRoute } from '#functions/catalog/lib/contract.ts';
import { updateProduct } from '#functions/catalog/lib/update-product.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(updateProductRoute, async ({ params, body, shopper, now, note }) => {
  note({ product_id: params.id });
  return { status: 200, body: await updateProduct({ ...params, ...body }, { actor: actorOf(shopper), now }) };
});
