import type { Shopper } from '#platform/auth/shopper.ts';
import { listPage, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Versioned } from '#platform/http/conditional.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { listOrdersRoute, Order } from './contract.ts';
import { opensOrder } from './order-token.ts';
import { type OrderFilters, orderListOrder, selectOrder, selectOrders, selectOrderVersion, selectOrderVersions } from './orders.pg.ts';

/** Who asks for an order. */
export interface OrderAccess {
  orderToken: string | undefined;
  shopper: Shopper | undefined;
}

/** A guest's order opens to its token, a shopper's to the shopper (and to its token), any to an admin. */
export const maySee = ({ orderToken, shopper }: OrderAccess, id: string, userId: string | null): boolean =>
  shopper?.role === 'admin' || (shopper !== undefined && shopper.id === userId) || opensOrder(orderToken, id);

/** @throws Problem 404 `order-not-found`, also when the order is somebody else's, so that ids cannot be probed */
export const readOrder = async (sql: Sql, id: string, access: OrderAccess): Promise<Order> => (await findOrder(sql, id, access)).body;

/** The same, with its version. */
export async function findOrder(sql: Sql, id: string, access: OrderAccess): Promise<Versioned<Order>> {
  const { order, version } = allowed(await selectOrder(sql, id), id, access);
  return { body: order, version };
}

/** The version alone. */
export const orderVersion = async (sql: Sql, id: string, access: OrderAccess): Promise<string> =>
  allowed(await selectOrderVersion(sql, id), id, access).version;

/** An order and whose it is, for the shop's own work: nobody asks, so nobody has to be allowed. */
export const orderById = (sql: Sql, id: string): Promise<{ order: Order; userId: string | null } | undefined> => selectOrder(sql, id);

function allowed<Found extends { userId: string | null }>(found: Found | undefined, id: string, access: OrderAccess): Found {
  if (!found || !maySee(access, id, found.userId)) throw orderNotFound();
  return found;
}

export const orderNotFound = () => new Problem('missing', 'order-not-found', 'There is no order with this id, or it is not yours to see.');

type ListQuery = Query<typeof listOrdersRoute>;

/** A page of a shopper's orders, of everybody's for an admin; with its version. */
export async function listOrders(
  sql: Sql,
  query: ListQuery,
  { shopper }: { shopper: Shopper },
): Promise<Versioned<AnswerOf<typeof listOrdersRoute>>> {
  const page = await pageOf(query, shopper, {
    select: (filters, slice) => selectOrders(sql, filters, slice),
    createdAt: ({ order }) => order.createdAt,
  });
  return { body: { ...page, items: page.items.map(({ order }) => order) }, version: versionOf(page) };
}

/** The version of a page alone. */
export async function orderListVersion(sql: Sql, query: ListQuery, { shopper }: { shopper: Shopper }): Promise<string> {
  const page = await pageOf(query, shopper, {
    select: (filters, slice) => selectOrderVersions(sql, filters, slice),
    createdAt: (row) => row.createdAt,
  });
  return versionOf(page);
}

function pageOf<Row extends { id: string }>(
  { status, ...paging }: ListQuery,
  shopper: Shopper,
  rows: { select: (filters: OrderFilters, slice: Slice) => Promise<Row[]>; createdAt: (row: Row) => string },
): Promise<{ items: Row[]; nextCursor: string | null }> {
  const filters = { userId: shopper.role === 'admin' ? null : shopper.id, status };
  return listPage(paging, {
    order: orderListOrder,
    filters,
    select: (slice) => rows.select(filters, slice),
    sortValue: rows.createdAt,
    itemOf: (row) => row,
  });
}

/** Which orders a page holds and in which versions, and where it goes on. */
const versionOf = ({ items, nextCursor }: { items: { id: string; version: string }[]; nextCursor: string | null }) =>
  JSON.stringify([items.map(({ id, version }) => [id, version]), nextCursor]);
