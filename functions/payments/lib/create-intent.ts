import { type LockedOrder, lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { type OrderAccess, orderNotFound, readOrder } from '#functions/orders/lib/read-order.ts';
import { scopeOf } from '#platform/auth/shopper.ts';
import { answerOnce, type StoredAnswer, storedAnswer } from '#platform/db/idempotency.ts';
import { sql as plainSql, type Sql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { attachIntent, insertPayment, intentOf, type Payment, selectLivePayment } from './payments.pg.ts';
import { provider } from './provider.ts';

/**
 * Begins to pay an order: writes the attempt down, asks the provider under the attempt's id, keeps what it answers. A crash in between
 * loses nothing: the next try finds the attempt and the provider gives the same intent again.
 * @returns 201 with a new intent, 200 with the one that is already open
 * @throws Problem 404 `order-not-found`; 409 `already-paid`, `not-payable`; 503 `provider-unavailable`
 */
export async function createIntent(
  body: { orderId: string },
  { key, now, access }: { key: string; now: Date; access: OrderAccess },
): Promise<StoredAnswer<200 | 201>> {
  await readOrder(plainSql, body.orderId, access); // refuses strangers
  const request = { scope: scopeOf(access.shopper), key, body, now };
  const stored = await storedAnswer<200 | 201>(request);
  if (stored) return stored;
  const attempt = await transaction(async (sql) => {
    const order = payable(await lockOrder(sql, body.orderId));
    return (await selectLivePayment(sql, order.id)) ?? (await insertPayment(sql, order, provider().name, now));
  });
  if (attempt.intentId !== null) return answerOnce(request, async () => ({ status: 200, body: intentOf(attempt) }));
  const { amount, currency } = attempt;
  const intent = await provider().createIntent({ key: attempt.id, orderId: attempt.orderId, amount: { amount, currency } });
  try {
    return await answerOnce(request, async (sql) => ({ status: 201, body: intentOf(await attach(sql, attempt, intent, now)) }));
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-payable') await provider().cancelIntent(intent.id);
    throw error;
  }
}

async function attach(sql: Sql, attempt: Payment, intent: Parameters<typeof attachIntent>[2], now: Date): Promise<Payment> {
  const payment = await attachIntent(sql, attempt.id, intent, now);
  if (!payment) throw notPayable('cancelled');
  return payment;
}

const notPayable = (status: string) => new Problem('conflict', 'not-payable', `This order is ${status}: it cannot be paid any more.`);

/** @throws Problem unless the order awaits payment */
export function payable(order: LockedOrder | undefined): LockedOrder {
  if (!order) throw orderNotFound();
  if (order.status === 'pending_payment') return order;
  if (order.status === 'cancelled' || order.status === 'expired' || order.status === 'refunded') throw notPayable(order.status);
  throw new Problem('conflict', 'already-paid', 'This order is paid already.');
}
