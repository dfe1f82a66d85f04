import { blockCopy } from '#functions/cart/lib/cart-copies.redis.ts';
import {
  type CartLines,
  itemsOfCart,
  type Line,
  linesInCart,
  linesOfItems,
  lockCart,
  markCartOrdered,
  selectGoods,
} from '#functions/cart/lib/lines.pg.ts';
import { emitLowStock, refuseShort, type StockAtHand, stockAtHand, takeStock } from '#functions/catalog/lib/order-stock.pg.ts';
import { unknownProduct } from '#functions/catalog/lib/unknown-product.ts';
import { type Exchange, exchangeOf, priceIn } from '#functions/currency/lib/convert.ts';
import { selectRate } from '#functions/currency/lib/exchange-rates.pg.ts';
import { refuseUnpayable } from '#functions/payments/lib/charge-limits.ts';
import { shippingCost } from '#functions/shipping/lib/methods.ts';
import { actorOf, type Shopper, scopeOf } from '#platform/auth/shopper.ts';
import {
  answerOf,
  insertAnswer,
  type KeptAnswer,
  lockKey,
  type Repeatable,
  refuseInProgress,
  refuseTakenKey,
  replay,
  type StoredAnswer,
  selectAnswer,
} from '#platform/db/idempotency.ts';
import { type TransactionSql, transaction, violatedConstraint } from '#platform/db/sql.ts';
import { together } from '#platform/db/together.ts';
import { Problem } from '#platform/errors.ts';
import { insertEvents, newEvent, publishAfterCommit } from '#platform/events/outbox.pg.ts';
import type { Body } from '#platform/http/contract.ts';
import { newId } from '#platform/ids.ts';
import { sum } from '#platform/money.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { orderEvents, placeOrderRoute } from './contract.ts';
import { orderEventData } from './move-order.ts';
import { newOrderNumber } from './order-number.ts';
import { orderToken } from './order-token.ts';
import { insertOrder, type NewOrder, newOrder } from './orders.pg.ts';
import { taxContained } from './tax.ts';
import { textNumberOf } from './text-number.ts';

type OrderBody = Body<typeof placeOrderRoute>;

/**
 * Turns a cart or a list of items into an order awaiting payment, once per key: prices, rate and shipping are those of this moment,
 * the stock is held, the cart is empty afterwards.
 * Five round trips: begin · locks · reads · all writes · commit. What a lock protects is read in the statement after it, since a statement sees the
 * tables as they were before it waited; a locked row itself is given as it is then.
 * @throws Problem 409 `cart-empty`, `price-changed` (with `total`) or `out-of-stock` (with `items`); 422 `unknown-product`, `currency-mismatch`,
 *   `total-too-small` (with `least`), `total-too-large` (with `most`) or `phone-takes-no-texts`
 */
export async function placeOrder(
  body: OrderBody,
  { key, shopper, now }: { key: string; shopper: Shopper | undefined; now: Date },
): Promise<StoredAnswer<201>> {
  const request = { scope: scopeOf(shopper), key, route: placeOrderRoute, body, now };
  const { sessionId, currency = 'USD' } = body;
  const smsPhone = await consentedNumber(body);
  const blocked = sessionId === undefined ? undefined : blockCopy(sessionId); // concurrent with the transaction: no extra wait for Redis
  return transaction(async (sql) => {
    const [locks] = await together<{ free: boolean; lines: CartLines | null }>(
      sql,
      { key: lockKey(request), cart: lockCart(sessionId) },
      'select free, (select lines from cart) as lines from key',
    );
    refuseInProgress(locks?.free);
    const items = body.items ?? itemsOfCart(locks?.lines ?? null);
    const [found] = await together<{ kept: KeptAnswer<201> | null; goods: Omit<Line, 'quantity'>[] | null; rate: number | null }>(
      sql,
      { kept: selectAnswer(request), goods: selectGoods(items.map(({ productId }) => productId)), rate: selectRate(currency, now) },
      'select (select row_to_json(kept) from kept) as kept, (select json_agg(goods) from goods) as goods, (select micros from rate) as rate',
    );
    const stored = replay(request, found?.kept);
    if (stored) return stored;
    const lines = (body.items ? linesOfItems : linesInCart)(items, found?.goods ?? []);
    const exchange = exchangeOf(currency, found?.rate);
    const order = priceOrder(body, { shopper, smsPhone }, lines, exchange);
    refuseTotal(body, order, exchange);
    const placed = newOrder(order, now);
    const answer = answerOf({ status: 201, body: shopper ? placed : { ...placed, accessToken: orderToken(order.id) } });
    await write(sql, { order, request, answer, actor: actorOf(shopper) });
    sql.afterCommit(() => measure('orders_placed', 1));
    sql.afterCommit(() => blocked);
    return answer;
  });
}

/**
 * Writes an order and all that belongs to it: its event, its pieces out of stock, its cart empty, its answer under the key. One statement, and
 * one more for each product that runs low.
 */
async function write(
  sql: TransactionSql,
  {
    order,
    request,
    answer,
    actor,
  }: { order: NewOrder; request: Repeatable & { body: OrderBody }; answer: StoredAnswer<201>; actor: string },
): Promise<void> {
  const { body, now } = request;
  const items = order.lines.map(({ productId, quantity, unitPrice }) => ({ productId, quantity, unitPrice }));
  const data = orderEventData({ ...order, user_id: order.userId, status: 'pending_payment', items });
  const created = newEvent(orderEvents.created, order.id, data, now);
  const stock = await together<StockAtHand>(
    sql,
    {
      ...insertOrder(order, actor, now),
      event: insertEvents([created]),
      ordered: markCartOrdered(body.sessionId, now),
      answered: insertAnswer(request, answer),
      ...takeStock(order.id, order.lines, actor, now),
    },
    stockAtHand,
  ).catch((error) => {
    // Deleted since it was read.
    if (violatedConstraint(error) === 'order_items_product_id_fkey') throw unknownProduct(body.items ? '/items' : '/sessionId');
    return refuseTakenKey(error);
  });
  refuseShort(stock);
  publishAfterCommit(sql, [created]);
  await emitLowStock(sql, stock, now);
}

/** Every unit price is converted and rounded once; all else is a sum of integers. */
function priceOrder(
  body: OrderBody,
  { shopper, smsPhone }: { shopper: Shopper | undefined; smsPhone: string | null },
  lines: Line[],
  exchange: Exchange,
): NewOrder {
  const priced = lines.map((line) => ({ ...line, unitPrice: priceIn(line.cents, exchange).amount }));
  const subtotal = sum(priced.map((line) => line.unitPrice * line.quantity));
  const parcel = {
    country: body.shippingAddress.country,
    pieces: sum(lines.map((line) => line.quantity)),
    subtotal: sum(lines.map((line) => line.cents * line.quantity)),
  };
  const shipping = priceIn(shippingCost(body.shippingMethod, parcel), exchange).amount;
  const total = sum([subtotal, shipping]);
  return {
    id: newId(),
    number: newOrderNumber(),
    userId: shopper?.id ?? null,
    email: body.email,
    currency: exchange.currency,
    rateMicros: Number(exchange.micros),
    lines: priced,
    subtotal,
    shipping,
    tax: taxContained(total, parcel.country),
    total,
    shippingMethod: body.shippingMethod,
    shippingAddress: body.shippingAddress,
    smsPhone,
  };
}

/** The number that text messages may go to; null without consent. */
async function consentedNumber({ smsConsent, shippingAddress: { phone, country } }: OrderBody): Promise<string | null> {
  if (!smsConsent || phone === undefined) return null;
  const number = await textNumberOf(phone, country);
  if (number !== undefined) return number;
  throw new Problem('unprocessable', 'phone-takes-no-texts', 'Text messages cannot go to this phone number.', {
    errors: [{ pointer: '/shippingAddress/phone', message: 'must be a number that text messages can go to' }],
  });
}

/** Refuses a total that is not the one the shopper saw, or that no payment can be made of. */
function refuseTotal({ expectedTotal }: OrderBody, { total, currency }: NewOrder, exchange: Exchange): void {
  if (expectedTotal !== undefined && expectedTotal.currency !== currency) {
    throw new Problem('unprocessable', 'currency-mismatch', `The order is in ${currency}, expectedTotal in ${expectedTotal.currency}.`, {
      errors: [{ pointer: '/expectedTotal/currency', message: `must be ${currency}` }],
    });
  }
  if (expectedTotal !== undefined && expectedTotal.amount !== total) {
    throw new Problem('conflict', 'price-changed', 'The total is not the one you saw any more.', { total: { amount: total, currency } });
  }
  refuseUnpayable(total, exchange);
}
