import { closeUnpaid } from '#functions/payments/lib/close-unpaid.ts';
import { refundUnshipped } from '#functions/payments/lib/refund-order.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Order } from './contract.ts';
import { type OrderAccess, readOrder } from './read-order.ts';

/**
 * Cancels an order: one awaiting payment is cancelled, a paid or packed one is refunded in full, one that is closed already stays unchanged.
 * @throws Problem 404 `order-not-found`; 409 `not-cancellable` once it is shipped (or expired); 503 `provider-unavailable`
 */
export async function cancelOrder(sql: Sql, id: string, reason: string | undefined, access: OrderAccess, now: Date): Promise<Order> {
  const by = { actor: actorOf(access.shopper), reason: reason ?? null, now };
  // Each round acts on what it read; when the order changed meanwhile (it was just paid, say) the next round sees that.
  for (let round = 0; round < 3; round++) {
    const order = await readOrder(sql, id, access);
    if (order.status === 'cancelled' || order.status === 'refunded') return order;
    if (order.status === 'pending_payment') await closeUnpaid(id, 'cancelled', by);
    else if (order.status === 'paid' || order.status === 'packed') await refundUnshipped(id, by);
    else throw new Problem('conflict', 'not-cancellable', `An order that is ${order.status} cannot be cancelled.`);
  }
  return readOrder(sql, id, access);
}
