// GET /api/cart/{sessionId}: a cart.
import { getCartRoute } from '#functions/cart/lib/contract.ts';
import { readCart } from '#functions/cart/lib/read-cart.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getCartRoute, async ({ params, query, now }) => ({
  status: 200,
  body: await readCart(sql, params, { currency: query.currency, now }),
}));
