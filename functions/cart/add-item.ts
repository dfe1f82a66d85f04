// POST /api/cart/add: pieces of a product into a cart.
import { addItem } from '#functions/cart/lib/change-cart.ts';
import { addItemRoute } from '#functions/cart/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(addItemRoute, async ({ body, query, now, note }) => {
  note({ product_id: body.productId });
  return { status: 200, body: await addItem(sql, body, { currency: query.currency, now }) };
});
