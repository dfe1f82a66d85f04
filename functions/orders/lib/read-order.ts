import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Order } from './contract.ts';
import { opensOrder } from './order-token.ts';
import { selectOrder } from './orders.pg.ts';

/** Who asks for an order. */
export interface OrderAccess {
  orderToken: string | undefined;
}

/** @throws Problem 404 `order-not-found`, also to whom the order does not belong: they learn nothing of it */
export async function readOrder(sql: Sql, id: string, { orderToken }: OrderAccess): Promise<Order> {
  const found = opensOrder(orderToken, id) ? await selectOrder(sql, id) : undefined;
  if (!found) throw new Problem('missing', 'order-not-found', 'There is no order with this id, or it is not yours to see.');
  return found.order;
}
