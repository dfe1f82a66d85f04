import { type Line, linesOf, lockCart, markCartOrdered } from '#functions/cart/lib/lines.pg.ts';
import { unknownProduct } from '#functions/catalog/lib/unknown-product.ts';
import { priceIn, rateMicros } from '#functions/currency/lib/convert.ts';
import { shippingCost } from '#functions/shipping/lib/methods.ts';
import { actorOf, type Shopper, scopeOf } from '#platform/auth/shopper.ts';
import { answerOnce, type StoredAnswer } from '#platform/db/idempotency.ts';
import { type Sql, violatedConstraint } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import { newId } from '#platform/ids.ts';
import { type Currency, sum } from '#platform/money.ts';
import { measure } from '#platform/telemetry/measure.ts';
import type { Order, placeOrderRoute } from './contract.ts';
import { emitOrderEvent } from './move-order.ts';
import { newOrderNumber } from './order-number.ts';
import { orderToken } from './order-token.ts';
import { insertOrder, type NewOrder, selectOrder } from './orders.pg.ts';
import { takeStock } from './stock.pg.ts';
import { taxContained } from './tax.ts';

type OrderBody = Body<typeof placeOrderRoute>;

/**
 * Turns a cart or a list of items into an order awaiting payment, once per key: prices, rate and shipping are those of this moment,
 * the stock is held, the cart is empty afterwards.
 * @throws Problem 409 `cart-empty`, `price-changed` (with `total`) or `out-of-stock` (with `items`); 422 `unknown-product` or `currency-mismatch`
 */
export function placeOrder(
  body: OrderBody,
  { key, shopper, now }: { key: string; shopper: Shopper | undefined; now: Date },
): Promise<StoredAnswer<201>> {
  const actor = actorOf(shopper);
  return answerOnce({ scope: scopeOf(shopper), key, body, now }, async (sql) => {
    if (body.sessionId !== undefined) await lockCart(sql, body.sessionId);
    const order = priceOrder(body, shopper, await linesOf(sql, body));
    refuseChangedTotal(body, order);
    await insertOrder(sql, order, actor, now).catch((error) => {
      // Deleted while this waited.
      throw violatedConstraint(error) === 'order_items_product_id_fkey' ? unknownProduct(body.items ? '/items' : '/sessionId') : error;
    });
    const items = order.lines.map(({ productId, quantity, unitPrice }) => ({ productId, quantity, unitPrice }));
    await emitOrderEvent(sql, 'order.created.v1', { ...order, user_id: order.userId, status: 'pending_payment', items }, now);
    await takeStock(sql, order.id, order.lines, actor, now);
    if (body.sessionId !== undefined) await markCartOrdered(sql, body.sessionId, now);
    sql.afterCommit(() => measure('orders_placed', 1));
    const placed = await orderById(sql, order.id);
    return { status: 201, body: shopper ? placed : { ...placed, accessToken: orderToken(order.id) } };
  });
}

/** Every unit price is converted and rounded once; all else is a sum of integers. */
function priceOrder(body: OrderBody, shopper: Shopper | undefined, lines: Line[]): NewOrder {
  const currency: Currency = body.currency ?? 'USD';
  const priced = lines.map((line) => ({ ...line, unitPrice: priceIn(line.cents, currency).amount }));
  const subtotal = sum(priced.map((line) => line.unitPrice * line.quantity));
  const parcel = {
    country: body.shippingAddress.country,
    pieces: sum(lines.map((line) => line.quantity)),
    subtotal: sum(lines.map((line) => line.cents * line.quantity)),
  };
  const shipping = priceIn(shippingCost(body.shippingMethod, parcel), currency).amount;
  const total = sum([subtotal, shipping]);
  return {
    id: newId(),
    number: newOrderNumber(),
    userId: shopper?.id ?? null,
    email: body.email,
    currency,
    rateMicros: rateMicros(currency),
    lines: priced,
    subtotal,
    shipping,
    tax: taxContained(total, parcel.country),
    total,
    shippingMethod: body.shippingMethod,
    shippingAddress: body.shippingAddress,
  };
}

function refuseChangedTotal({ expectedTotal }: OrderBody, { total, currency }: NewOrder): void {
  if (expectedTotal === undefined) return;
  if (expectedTotal.currency !== currency) {
    throw new Problem('unprocessable', 'currency-mismatch', `The order is in ${currency}, expectedTotal in ${expectedTotal.currency}.`, {
      errors: [{ pointer: '/expectedTotal/currency', message: `must be ${currency}` }],
    });
  }
  if (expectedTotal.amount !== total) {
    throw new Problem('conflict', 'price-changed', 'The total is not the one you saw any more.', { total: { amount: total, currency } });
  }
}

async function orderById(sql: Sql, id: string): Promise<Order> {
  const found = await selectOrder(sql, id);
  if (!found) throw new Error('The order just written is not there');
  return found.order;
}
