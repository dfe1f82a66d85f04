import type { orderEvents } from '#functions/orders/lib/contract.ts';
import type { TransactionSql } from '#platform/db/sql.ts';
import type { ReceivedEvent } from '#platform/events/envelope.ts';
import { noteDue } from './affinities.pg.ts';

/** Notes that what goes with the products of an order has to be trained anew: now that it was paid, it counts; refunded, it counts no more. */
export function noteBoughtProducts(
  sql: TransactionSql,
  { data: { orderId, items } }: ReceivedEvent<(typeof orderEvents)['paid' | 'refunded']>,
): Promise<void> {
  return noteDue(
    sql,
    orderId,
    items.map(({ productId }) => productId),
  );
}
