// PUT /api/products/{id}/stock: an admin sets a product's stock.
import { setStockRoute } from '#functions/catalog/lib/contract.ts';
import { setStock } from '#functions/catalog/lib/set-stock.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(setStockRoute, async ({ params, body, shopper, now, note }) => {
  note({ product_id: params.id });
  return { status: 200, body: await setStock({ ...params, ...body }, { actor: actorOf(shopper), now }) };
});
