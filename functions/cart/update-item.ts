// PUT /api/cart/update: another quantity of a product in a cart.
import { updateItem } from '#functions/cart/lib/change-cart.ts';
import { updateItemRoute } from '#functions/cart/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(updateItemRoute, async ({ body, query, now, note }) => {
  note({ product_id: body.productId });
  return { status: 200, body: await updateItem(sql, body, { currency: query.currency, now }) };
});
