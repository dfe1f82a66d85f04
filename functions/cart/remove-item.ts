// DELETE /api/cart/{sessionId}/item/{productId}: a product out of a cart.
import { removeItem } from '#functions/cart/lib/change-cart.ts';
import { removeItemRoute } from '#functions/cart/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(removeItemRoute, async ({ params, query, now, note }) => {
  note({ product_id: params.productId });
  return { status: 200, body: await removeItem(sql, params, { currency: query.currency, now }) };
});
