import type { Line } from '#functions/cart/lib/lines.pg.ts';
import type { ShippingMethod } from '#functions/shipping/lib/methods.ts';
import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { Currency } from '#platform/money.ts';
import type { Address, Order, Tracking } from './contract.ts';
import type { OrderStatus } from './order-states.ts';

/** What an order is made of before it is written; amounts in minor units of `currency`. */
export interface NewOrder {
  id: string;
  number: string;
  userId: string | null;
  email: string;
  currency: Currency;
  rateMicros: number;
  lines: (Line & { unitPrice: number })[];
  subtotal: number;
  shipping: number;
  tax: number;
  total: number;
  shippingMethod: ShippingMethod;
  shippingAddress: Address;
}

export async function insertOrder(sql: Sql, order: NewOrder, actor: string, now: Date): Promise<void> {
  const { lines } = order;
  await sql(
    `with placed as (
       insert into orders (id, number, status, user_id, email, currency, rate_micros, subtotal, shipping, tax, total, shipping_method, shipping_address, created_at, updated_at)
       values ($1, $2, 'pending_payment', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)),
     listed as (
       insert into order_items (order_id, position, product_id, name, image_url, quantity, unit_price, line_total)
       select $1, position, product_id, name, image_url, quantity, unit_price, unit_price * quantity
         from unnest($14::uuid[], $15::text[], $16::text[], $17::integer[], $18::bigint[]) with ordinality
              as line (product_id, name, image_url, quantity, unit_price, position))
     insert into order_history (id, order_id, status, actor, at) values ($19, $1, 'pending_payment', $20, $13)`,
    [
      order.id,
      order.number,
      order.userId,
      order.email,
      order.currency,
      order.rateMicros,
      order.subtotal,
      order.shipping,
      order.tax,
      order.total,
      order.shippingMethod,
      order.shippingAddress,
      now,
      lines.map((line) => line.productId),
      lines.map((line) => line.name),
      lines.map((line) => line.imageUrl),
      lines.map((line) => line.quantity),
      lines.map((line) => line.unitPrice),
      newId(),
      actor,
    ],
  );
}

/** An order's row held until the transaction ends. Always lock it before its payments and products. */
export interface LockedOrder {
  id: string;
  number: string;
  status: OrderStatus;
  email: string;
  user_id: string | null;
  currency: Currency;
  total: number;
  items: { productId: string; quantity: number; unitPrice: number }[];
}

export async function lockOrder(sql: Sql, id: string): Promise<LockedOrder | undefined> {
  const [order] = await sql<LockedOrder>(
    `select o.id, o.number, o.status, o.email, o.user_id, o.currency, o.total,
            (select json_agg(json_build_object('productId', i.product_id, 'quantity', i.quantity, 'unitPrice', i.unit_price) order by i.position)
               from order_items i where i.order_id = o.id) as items
       from orders o where o.id = $1 for update of o`,
    [id],
  );
  return order;
}

/** Moves a locked order. Its history never goes back in time, though a request that began earlier may have waited longer for the lock. */
export async function writeStatus(
  sql: Sql,
  orderId: string,
  status: OrderStatus,
  { actor, reason, tracking, now }: { actor: string; reason: string | null; tracking: Tracking | undefined; now: Date },
): Promise<void> {
  await sql(
    `with moved as (update orders set status = $2, updated_at = $3, tracking = coalesce($7, tracking) where id = $1)
     insert into order_history (id, order_id, status, actor, reason, at)
       select $4, $1, $2, $5, $6, greatest($3, max(at) + interval '1 millisecond') from order_history where order_id = $1`,
    [orderId, status, now, newId(), actor, reason, tracking ?? null],
  );
}

/**
 * Takes the unpaid order, placed before an instant, that waited longest for its turn: never tried ones first. So those whose provider hangs never
 * keep back the others, in this run or the next.
 * @returns its id; undefined when none is left for this run
 */
export async function claimUnpaid(sql: Sql, before: Date, now: Date): Promise<string | undefined> {
  const [row] = await sql<{ id: string }>(
    `update orders set expiry_tried_at = $2 where id = (
       select id from orders where status = 'pending_payment' and created_at < $1 and (expiry_tried_at is null or expiry_tried_at < $2)
        order by expiry_tried_at nulls first, created_at limit 1 for update skip locked)
     returning id`,
    [before, now],
  );
  return row?.id;
}

interface OrderRow extends Omit<LockedOrder, 'items'> {
  subtotal: number;
  shipping: number;
  tax: number;
  shipping_method: ShippingMethod;
  shipping_address: Address;
  tracking: Order['tracking'];
  created_at: string;
  items: { productId: string; name: string; imageUrl: string; quantity: number; unitPrice: number; lineTotal: number }[];
  history: { status: OrderStatus; at: string; reason: string | null }[];
  payment: Order['payment'];
  refunded: number;
  refund_due: number;
  refunds: (Omit<Order['refunds'][number], 'amount'> & { amount: number })[];
}

const columns = `o.*,
  (select json_agg(json_build_object('productId', i.product_id, 'name', i.name, 'imageUrl', i.image_url, 'quantity', i.quantity,
            'unitPrice', i.unit_price, 'lineTotal', i.line_total) order by i.position)
     from order_items i where i.order_id = o.id) as items,
  (select json_agg(json_build_object('status', h.status, 'at', h.at, 'reason', h.reason) order by h.at, h.id)
     from order_history h where h.order_id = o.id) as history,
  (select json_build_object('intentId', p.intent_id, 'status', p.status) from payments p
    where p.order_id = o.id and p.intent_id is not null order by p.created_at desc, p.id desc limit 1) as payment,
  (select coalesce(sum(r.amount), 0)::bigint from refunds r where r.order_id = o.id and r.status = 'succeeded') as refunded,
  greatest(0,
    (select coalesce(sum(p.amount), 0) from payments p where p.order_id = o.id and p.status = 'succeeded')
    - (select coalesce(sum(r.amount), 0) from refunds r where r.order_id = o.id and r.status <> 'failed')
    - case when o.status in ('cancelled', 'expired', 'refunded') then 0 else o.total end)::bigint as refund_due,
  (select coalesce(json_agg(json_build_object('id', r.id, 'amount', r.amount, 'status', r.status, 'reason', r.reason, 'failure', r.failure,
            'createdAt', r.created_at) order by r.created_at, r.id), '[]')
     from refunds r where r.order_id = o.id) as refunds`;

/** An order as the API shows it, and whose it is. */
export async function selectOrder(sql: Sql, id: string): Promise<{ order: Order; userId: string | null } | undefined> {
  const [row] = await sql<OrderRow>(`select ${columns} from orders o where o.id = $1`, [id]);
  return row && { order: orderOf(row), userId: row.user_id };
}

export const orderListOrder: ListOrder = {
  sort: 'newest',
  column: 'o.created_at',
  type: 'timestamptz',
  direction: 'desc',
  id: 'o.id',
};

/** A slice of the orders. `userId` null: everybody's. */
export async function selectOrders(
  sql: Sql,
  { userId, status }: { userId: string | null; status: OrderStatus | undefined },
  slice: Slice,
): Promise<Order[]> {
  const values: unknown[] = [];
  const clauses: string[] = [];
  if (userId !== null) clauses.push(`o.user_id = $${values.push(userId)}`);
  if (status !== undefined) clauses.push(`o.status = $${values.push(status)}`);
  const { where, orderBy, limit } = keyset(slice, values);
  const rows = await sql<OrderRow>(
    // The page comes first: items, history and payment are looked up for its orders only, not for those that are skipped.
    `select ${columns}
       from (select * from orders o where ${[...clauses, where].join(' and ')} order by ${orderBy} ${limit}) o
      order by ${orderBy}`,
    values,
  );
  return rows.map(orderOf);
}

function orderOf(row: OrderRow): Order {
  const money = (amount: number) => ({ amount, currency: row.currency });
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    email: row.email,
    items: row.items.map((item) => ({ ...item, unitPrice: money(item.unitPrice), lineTotal: money(item.lineTotal) })),
    subtotal: money(row.subtotal),
    shipping: money(row.shipping),
    tax: money(row.tax),
    total: money(row.total),
    refunded: money(row.refunded),
    refundDue: money(row.refund_due),
    refunds: row.refunds.map((refund) => ({
      ...refund,
      amount: money(refund.amount),
      createdAt: new Date(refund.createdAt).toISOString(),
    })),
    shippingMethod: row.shipping_method,
    shippingAddress: row.shipping_address,
    tracking: row.tracking,
    payment: row.payment,
    history: row.history.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
    createdAt: row.created_at,
  };
}
