// DELETE /api/cart/{sessionId}: everything out of a cart.
import { clearCart } from '#functions/cart/lib/change-cart.ts';
import { clearCartRoute } from '#functions/cart/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(clearCartRoute, async ({ params, query, now }) => ({
  status: 200,
  body: await clearCart(sql, params, { currency: query.currency, now }),
}));
