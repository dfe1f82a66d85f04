import { lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { orderNotFound } from '#functions/orders/lib/read-order.ts';
import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { actorOf, type Shopper, scopeOf } from '#platform/auth/shopper.ts';
import { answerOnce } from '#platform/db/idempotency.ts';
import { sql as plainSql, type TransactionSql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import type { Refund, refundOrderRoute } from './contract.ts';
import { leftToRefund } from './left-to-refund.ts';
import { completeRefund } from './refund-payment.ts';
import { insertRefund, refundOf, selectPendingRefundOf, selectRefund } from './refunds.pg.ts';

type Paid = NonNullable<Awaited<ReturnType<typeof leftToRefund>>>;
type By = { actor: string; reason: string | null; now: Date };

/**
 * Gives back an amount, or all that is left, of what an order was paid with. The refund is written down under the order's lock and then carried
 * out, so that many at once never give back more than was paid. The key keeps which refund it made: a retry carries that one on.
 * @throws Problem 404 `order-not-found`; 409 `not-refundable`; 422 `refund-too-large` (with `left`), `currency-mismatch`;
 *   503 `provider-unavailable`: the refund is written down and will be carried out
 */
export async function refundOrder(
  body: Body<typeof refundOrderRoute>,
  { key, shopper, now }: { key: string; shopper: Shopper; now: Date },
): Promise<Refund> {
  const request = { scope: scopeOf(shopper), key, body: { refund: body }, now };
  const { body: kept } = await answerOnce(request, async (sql) => {
    if (!(await lockOrder(sql, body.orderId))) throw orderNotFound();
    const paid = await leftToRefund(sql, body.orderId);
    const amount = amountOf(body, paid);
    return {
      status: 201,
      body: { id: await promise(sql, paid as Paid, amount, { actor: actorOf(shopper), reason: body.reason ?? null, now }) },
    };
  });
  const { id } = JSON.parse(kept) as { id: string };
  await completeRefund(id, now);
  const refund = await selectRefund(plainSql, id);
  if (!refund) throw new Error('The refund just made is not there');
  return refundOf(refund);
}

/**
 * Gives back all that is left of what an order was paid with before it is shipped, and moves the order to refunded. A refund that is already on
 * its way is carried on, never doubled.
 * @returns false when there was nothing to give back, or the order changed meanwhile
 * @throws Problem 503 `provider-unavailable`; the refund is written down and will be carried out
 */
export async function refundUnshipped(orderId: string, by: By): Promise<boolean> {
  const refundId = await transaction(async (sql) => {
    const order = await lockOrder(sql, orderId);
    if (order?.status !== 'paid' && order?.status !== 'packed') return undefined;
    const paid = await leftToRefund(sql, orderId);
    if (!paid) return undefined;
    return paid.left === 0 ? selectPendingRefundOf(sql, paid.payment.id) : promise(sql, paid, paid.left, by);
  });
  if (refundId === undefined) return false;
  await completeRefund(refundId, by.now);
  return true;
}

/** The amount that a body asks for, when there is so much left. */
function amountOf({ amount }: Body<typeof refundOrderRoute>, paid: Paid | undefined): number {
  if (!paid || (paid.left === 0 && !amount)) {
    throw new Problem('conflict', 'not-refundable', paid ? 'All of it was given back already.' : 'Nothing has been paid for this order.');
  }
  if (!amount) return paid.left;
  const { currency } = paid.payment;
  if (amount.currency !== currency) {
    throw new Problem('unprocessable', 'currency-mismatch', `The order was paid in ${currency}, the refund is in ${amount.currency}.`, {
      errors: [{ pointer: '/amount/currency', message: `must be ${currency}` }],
    });
  }
  if (amount.amount > paid.left) {
    throw new Problem('unprocessable', 'refund-too-large', 'That is more than is left of what was paid.', {
      left: { amount: paid.left, currency },
      errors: [{ pointer: '/amount/amount', message: `must be at most ${paid.left}` }],
    });
  }
  return amount.amount;
}

/** Writes a refund down, to be carried out after commit. @returns its id */
async function promise(sql: TransactionSql, { payment, promised }: Paid, amount: number, { actor, reason, now }: By): Promise<string> {
  const { id: paymentId, orderId, currency } = payment;
  const refundId = await insertRefund(sql, { orderId, paymentId, amount, currency, reason, actor }, now);
  const change = {
    before: { refunded: { amount: promised, currency } },
    after: { refunded: { amount: promised + amount, currency }, refundId, reason },
  };
  await recordChange(sql, actor, { action: 'order.refund-requested', subject: `order:${orderId}`, ...change }, now);
  return refundId;
}
