import { moveOrder } from '#functions/orders/lib/move-order.ts';
import { mayBecome } from '#functions/orders/lib/order-states.ts';
import { lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { beginning } from '#platform/db/cursor.ts';
import { sql as plainSql, transaction } from '#platform/db/sql.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { log } from '#platform/telemetry/log.ts';
import type { paymentRefunded } from './contract.ts';
import { hasOtherSuccess } from './payments.pg.ts';
import { provider } from './provider.ts';
import { markRefunded, selectPendingRefunds, selectRefund, sumRefunds } from './refunds.pg.ts';

/**
 * Carries out a refund that is written down: the provider gives the money back, then the row and, when all of it is back, the order follow.
 * Asking again for one that is done does nothing.
 * @throws Problem 503 `provider-unavailable`; the refund stays pending and `finish-refunds` asks again
 */
export async function completeRefund(refundId: string, now: Date): Promise<void> {
  const refund = await selectRefund(plainSql, refundId);
  if (refund?.status !== 'pending') return;
  const money = { amount: refund.amount, currency: refund.currency };
  const { id } = await provider().refund({ key: refund.id, intentId: refund.intentId, amount: money });
  await transaction(async (sql) => {
    const order = await lockOrder(sql, refund.orderId);
    if (!order || !(await markRefunded(sql, refund.id, id, now))) return;
    await appendEvent<typeof paymentRefunded>(
      sql,
      'payment.refunded.v1',
      order.id,
      { orderId: order.id, refundId: refund.id, amount: money },
      now,
    );
    const { succeeded } = await sumRefunds(sql, refund.paymentId);
    // A second payment of an order that is paid goes back without the order: only what it stands on moves it.
    const wholePayment = succeeded >= order.total && !(await hasOtherSuccess(sql, order.id, refund.paymentId));
    if (wholePayment && mayBecome(order.status, 'refunded')) {
      await moveOrder(sql, order, 'refunded', { actor: refund.actor, reason: refund.reason, now });
    }
  });
}

/** Carries out refunds that were left pending, by a crash or a provider that was away. @returns how many are done now */
export async function finishRefunds(now: Date): Promise<number> {
  const graceMs = 30_000; // younger ones are being carried out by the request that wrote them
  const before = new Date(now.getTime() - graceMs);
  let done = 0;
  let last = beginning;
  for (;;) {
    const pending = await selectPendingRefunds(plainSql, before, last, 100);
    for (const { id } of pending) {
      try {
        await completeRefund(id, now);
        done += 1;
      } catch (error) {
        log('warn', 'a refund stays pending', { refund_id: id, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    const end = pending.at(-1);
    if (!end) return done;
    last = end;
  }
}
