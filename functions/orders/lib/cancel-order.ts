import { closeUnpaid } from '#functions/payments/lib/close-unpaid.ts';
import { refundUnshipped } from '#functions/payments/lib/refund-order.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Order } from './contract.ts';
import { type OrderAccess, readOrder } from './read-order.ts';

/**
 * Cancels an order: one awaiting payment is cancelled, a paid or packed one is refunded in full, one that is closed already stays unchanged. While
 * the refund is pending at the provider the order is unchanged too, and shows it.
 * @throws Problem 404 `order-not-found`; 409 `not-cancellable` once it is shipped (or expired), `payment-processing` while its money is under way,
 *   `refund-refused` when the provider does not give it back; 503 `provider-unavailable`
 */
export async function cancelOrder(
  sql: Sql,
  { id, reason }: { id: string; reason?: string | undefined },
  { access, now, signal }: { access: OrderAccess; now: Date; signal: AbortSignal },
): Promise<Order> {
  const by = { actor: actorOf(access.shopper), reason: reason ?? null, now, signal };
  let order = await readOrder(sql, id, access);
  // Each round acts on what it read; when the order changed meanwhile (it was just paid, say) the next round sees that.
  for (let round = 0; round < 3; round++) {
    if (order.status === 'cancelled' || order.status === 'refunded') return order;
    if (order.status === 'pending_payment') {
      if ((await closeUnpaid(id, 'cancelled', by)) === 'processing') throw paymentProcessing();
      order = await readOrder(sql, id, access);
    } else if (order.status === 'paid' || order.status === 'packed') {
      const refund = await refundUnshipped(id, by);
      const before = order.refunds.length;
      order = await readOrder(sql, id, access);
      if (refund?.status === 'pending') return order;
      // More refunds than ours: some were made at the provider and are taken over now, so the next round sees how much is left.
      if (refund?.status === 'failed' && order.refunds.length <= before + 1) throw refundRefused(refund);
    } else {
      throw new Problem('conflict', 'not-cancellable', `An order that is ${order.status} cannot be cancelled.`);
    }
  }
  return order;
}

const paymentProcessing = () =>
  new Problem('conflict', 'payment-processing', 'The payment is under way and cannot be stopped. Please look again when it has arrived.');

const refundRefused = ({ failure }: { failure: Order['refunds'][number]['failure'] }) =>
  new Problem('conflict', 'refund-refused', `The money cannot be given back, so the order goes on. ${failure?.message}`, {
    reason: failure?.code,
  });
