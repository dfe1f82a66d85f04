// POST /api/orders: turn a cart into an order awaiting payment.
import { placeOrderRoute } from '#functions/orders/lib/contract.ts';
import { placeOrder } from '#functions/orders/lib/place-order.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(placeOrderRoute, ({ body, idempotencyKey: key, shopper, now }) => placeOrder(body, { key, shopper, now }));
