import { lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { orderNotFound } from '#functions/orders/lib/read-order.ts';
import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { actorOf, type Shopper, scopeOf } from '#platform/auth/shopper.ts';
import { answerOnce } from '#platform/db/idempotency.ts';
import { type TransactionSql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import { carryOutRefund } from './carry-out-refund.ts';
import { type Refund, refundOrderRoute } from './contract.ts';
import { leftToRefund, type Refundable } from './left-to-refund.ts';
import { insertRefund, type RefundRow, refundOf } from './refunds.pg.ts';

/**
 * Gives back an amount, or all that is left, of what an order was paid with. The refund is written down under the order's lock and then carried
 * out, so that many at once never give back more than was paid. The key's kept answer is the refund's id, so a retry continues that refund.
 * @returns the refund: succeeded, pending at the provider, or failed with why (then a new one can be tried, under a new key)
 * @throws Problem 404 `order-not-found`; 409 `not-refundable`; 422 `refund-too-large` (with `left`), `currency-mismatch`;
 *   503 `provider-unavailable`: the refund is written down and will be carried out
 */
export async function refundOrder(
  body: Body<typeof refundOrderRoute>,
  { key, shopper, now, signal }: { key: string; shopper: Shopper; now: Date; signal: AbortSignal },
): Promise<Refund> {
  const request = { scope: scopeOf(shopper), key, route: refundOrderRoute, body: { refund: body }, now };
  const { body: kept } = await answerOnce(request, async (sql) => {
    if (!(await lockOrder(sql, body.orderId))) throw orderNotFound();
    const paid = await leftToRefund(sql, body.orderId);
    const { refundable, amount } = amountOf(body, paid);
    const refund = { amount, reason: body.reason ?? null, actor: actorOf(shopper), byAmount: body.amount !== undefined };
    return { status: 201, body: { id: await recordRefund(sql, refundable, refund, now) } };
  });
  const { id } = JSON.parse(kept) as { id: string };
  return refundOf(await carryOutRefund(id, { now, signal }));
}

/**
 * Gives back all that is left of what an order was paid with before it is shipped; then the order becomes refunded. A refund that is already on
 * its way is carried on, never doubled.
 * @returns the refund after it; undefined when there was nothing to give back, or the order changed meanwhile
 * @throws Problem 503 `provider-unavailable`; the refund is written down and will be carried out
 */
export async function refundUnshipped(
  orderId: string,
  { actor, reason, now, signal }: { actor: string; reason: string | null; now: Date; signal: AbortSignal },
): Promise<RefundRow | undefined> {
  const refundId = await transaction(async (sql) => {
    const order = await lockOrder(sql, orderId);
    if (order?.status !== 'paid' && order?.status !== 'packed') return undefined;
    const paid = await leftToRefund(sql, orderId);
    if (!paid) return undefined;
    if (paid.left <= 0) return paid.refunds.find(({ status }) => status === 'pending')?.id;
    return recordRefund(sql, paid, { amount: paid.left, reason, actor, byAmount: false }, now);
  });
  return refundId === undefined ? undefined : carryOutRefund(refundId, { now, signal });
}

/** The amount that a body asks for, when there is so much left. */
function amountOf({ amount }: Body<typeof refundOrderRoute>, paid: Refundable | undefined): { refundable: Refundable; amount: number } {
  if (!paid || (paid.left <= 0 && !amount)) {
    throw new Problem('conflict', 'not-refundable', paid ? 'All of it was given back already.' : 'Nothing has been paid for this order.');
  }
  if (!amount) return { refundable: paid, amount: paid.left };
  const { currency } = paid.payment;
  if (amount.currency !== currency) {
    throw new Problem('unprocessable', 'currency-mismatch', `The order was paid in ${currency}, the refund is in ${amount.currency}.`, {
      errors: [{ pointer: '/amount/currency', message: `must be ${currency}` }],
    });
  }
  if (amount.amount > paid.left) {
    const left = Math.max(0, paid.left);
    throw new Problem('unprocessable', 'refund-too-large', 'That is more than is left of what was paid.', {
      left: { amount: left, currency },
      errors: [{ pointer: '/amount/amount', message: `must be at most ${left}` }],
    });
  }
  return { refundable: paid, amount: amount.amount };
}

/** Writes a refund down, to be carried out after commit. @returns its id */
async function recordRefund(
  sql: TransactionSql,
  { payment, committed }: Refundable,
  refund: { amount: number; reason: string | null; actor: string; byAmount: boolean },
  now: Date,
): Promise<string> {
  const { id } = await insertRefund(sql, payment, refund, now);
  const { currency } = payment;
  const change = {
    before: { refunded: { amount: committed, currency } },
    after: { refunded: { amount: committed + refund.amount, currency }, refundId: id, reason: refund.reason },
  };
  await recordChange(sql, refund.actor, { action: 'order.refund-requested', subject: `order:${payment.orderId}`, ...change }, now);
  return id;
}
