import { moveOrder } from '#functions/orders/lib/move-order.ts';
import { lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { sql as plainSql, transaction } from '#platform/db/sql.ts';
import { endAttempt } from './end-attempt.ts';
import { selectOpenPayment } from './payments.pg.ts';

/**
 * Cancels or expires an unpaid order: only once its provider says that the intent is canceled; then the stock goes back.
 * @returns `closed`; `processing` when money is under way, so the order stays open; `changed` when it was paid or begun to be paid anew
 *   meanwhile: look again
 * @throws Problem 503 `provider-unavailable`; the order stays as it is
 */
export async function closeUnpaid(
  orderId: string,
  to: 'cancelled' | 'expired',
  { actor, reason, now, signal }: { actor: string; reason: string | null; now: Date; signal: AbortSignal },
): Promise<'closed' | 'processing' | 'changed'> {
  const attempt = await selectOpenPayment(plainSql, orderId);
  if (attempt) {
    const { status } = await endAttempt(attempt, { now, signal });
    if (status === 'succeeded') return 'changed';
    if (status !== 'canceled') return 'processing';
  }
  return transaction(async (sql) => {
    const order = await lockOrder(sql, orderId);
    if (order?.status !== 'pending_payment' || (await selectOpenPayment(sql, orderId))) return 'changed';
    await moveOrder(sql, order, to, { actor, reason, now });
    return 'closed';
  });
}
