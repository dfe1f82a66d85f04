import { isBeingRefunded } from '#functions/payments/lib/left-to-refund.ts';
import { transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body, Params } from '#platform/http/contract.ts';
import type { Order, setStatusRoute } from './contract.ts';
import { moveOrder } from './move-order.ts';
import { mayBecome } from './order-states.ts';
import { lockOrder, selectOrder } from './orders.pg.ts';
import { orderNotFound } from './read-order.ts';

/**
 * Moves an order on its way to the shopper.
 * @throws Problem 404 `order-not-found`; 409 `illegal-transition`, or `being-refunded` while all of its money is on the way back
 */
export function setStatus(
  { id, status, reason, tracking }: Params<typeof setStatusRoute> & Body<typeof setStatusRoute>,
  { actor, now }: { actor: string; now: Date },
): Promise<Order> {
  return transaction(async (sql) => {
    const order = await lockOrder(sql, id);
    if (!order) throw orderNotFound();
    if (status !== 'delivered' && mayBecome(order.status, status) && (await isBeingRefunded(sql, id))) {
      throw new Problem('conflict', 'being-refunded', 'All of the money is on its way back to the shopper: this order must not be sent.');
    }
    await moveOrder(sql, order, status, { actor, reason: reason ?? null, tracking, now });
    const moved = await selectOrder(sql, id);
    if (!moved) throw new Error('The order just moved is not there');
    return moved.order;
  });
}
