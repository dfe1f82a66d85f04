import type { Shopper } from '#platform/auth/shopper.ts';
import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { listOrdersRoute, Order } from './contract.ts';
import { opensOrder } from './order-token.ts';
import { orderListOrder, selectOrder, selectOrders } from './orders.pg.ts';

/** Who asks for an order. */
export interface OrderAccess {
  orderToken: string | undefined;
  shopper: Shopper | undefined;
}

/** A guest's order opens to its token, a shopper's to the shopper (and to its token), any to an admin. */
export const maySee = ({ orderToken, shopper }: OrderAccess, id: string, userId: string | null): boolean =>
  shopper?.role === 'admin' || (shopper !== undefined && shopper.id === userId) || opensOrder(orderToken, id);

/** @throws Problem 404 `order-not-found`, also when the order is somebody else's, so that ids cannot be probed */
export async function readOrder(sql: Sql, id: string, access: OrderAccess): Promise<Order> {
  const found = await selectOrder(sql, id);
  if (!found || !maySee(access, id, found.userId)) throw orderNotFound();
  return found.order;
}

export const orderNotFound = () => new Problem('missing', 'order-not-found', 'There is no order with this id, or it is not yours to see.');

/** A page of a shopper's orders; of everybody's for an admin. */
export function listOrders(
  sql: Sql,
  { status, ...paging }: Query<typeof listOrdersRoute>,
  { shopper }: { shopper: Shopper },
): Promise<AnswerOf<typeof listOrdersRoute>> {
  const filters = { userId: shopper.role === 'admin' ? null : shopper.id, status };
  return listPage(paging, {
    order: orderListOrder,
    filters,
    select: (slice) => selectOrders(sql, filters, slice),
    sortValue: (order) => order.createdAt,
    itemOf: (order) => order,
  });
}
