// POST /api/cart/merge: a guest's cart into the shopper's own.
import { mergeCartRoute } from '#functions/cart/lib/contract.ts';
import { mergeCart } from '#functions/cart/lib/merge-cart.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(mergeCartRoute, async ({ body, query, shopper, now }) => ({
  status: 200,
  body: await mergeCart(sql, body, { userId: shopper.id, currency: query.currency, now }),
}));
