// POST /api/products: an admin adds a product.
import { createProductRoute } from '#functions/catalog/lib/contract.ts';
import { createProduct } from '#functions/catalog/lib/create-product.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(createProductRoute, async ({ body, shopper, now, note }) => {
  const product = await createProduct(body, { actor: actorOf(shopper), now });
  note({ product_id: product.id });
  return { status: 201, body: product };
});
