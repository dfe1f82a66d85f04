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
  // Each round acts on what it read; when the order changed meanwhile (it was just paid, say) the next round sees that.
  for (let round = 0; round < 3; round++) {
    const order = await readOrder(sql, id, access);
    if (order.status === 'cancelled' || order.status === 'refunded') return order;
    if (order.status === 'pending_payment') await closeOrRefuse(id, by);
    else if (order.status === 'paid' || order.status === 'packed') {
      if ((await refundOrRefuse(id, by)) === 'pending') break;
    } else throw new Problem('conflict', 'not-cancellable', `An order that is ${order.status} cannot be cancelled.`);
  }
  return readOrder(sql, id, access);
}

type By = Parameters<typeof closeUnpaid>[2];

async function closeOrRefuse(id: string, by: By): Promise<void> {
  if ((await closeUnpaid(id, 'cancelled', by)) !== 'processing') return;
  throw new Problem(
    'conflict',
    'payment-processing',
    'The payment is under way and cannot be stopped. Please look again when it has arrived.',
  );
}

/** @returns how the refund ended; undefined when there was none to make */
async function refundOrRefuse(id: string, by: By): Promise<'pending' | 'succeeded' | 'failed' | undefined> {
  const refund = await refundUnshipped(id, by);
  if (refund?.status !== 'failed') return refund?.status;
  const { code, message } = refund.failure ?? { code: 'unknown', message: '' };
  // It was given back at the provider, all or in part, and is taken over now: the next round sees what is left.
  if (code === 'already-refunded' || code === 'amount-too-large') return 'failed';
  throw new Problem('conflict', 'refund-refused', `The money cannot be given back, so the order goes on. ${message}`, { reason: code });
}
