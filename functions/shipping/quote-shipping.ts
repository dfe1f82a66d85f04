// POST /api/shipping/quote: the ways to ship a cart, with cost and dates.
import { quoteShippingRoute } from '#functions/shipping/lib/contract.ts';
import { quoteShipping } from '#functions/shipping/lib/quote-shipping.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(quoteShippingRoute, async ({ body, now }) => ({ status: 200, body: await quoteShipping(sql, body, { now }) }));
