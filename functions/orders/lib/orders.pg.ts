import type { Line } from '#functions/cart/lib/lines.pg.ts';
import type { ShippingMethod } from '#functions/shipping/lib/methods.ts';
import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Part } from '#platform/db/together.ts';
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
  /** Where text messages may go, in E.164; null without consent. */
  smsPhone: string | null;
}

/** Parts of a statement that write an order, its items and the beginning of its history. */
export const insertOrder = (order: NewOrder, actor: string, now: Date): Record<string, Part> => ({
  placed: (bind) =>
    `insert into orders (id, number, status, user_id, email, currency, rate_micros, subtotal, shipping, tax, total, shipping_method, shipping_address,
                         sms_phone, sms_consent_at, sms_consent_via, created_at, updated_at)
       values (${bind(order.id)}, ${bind(order.number)}, 'pending_payment', ${bind(order.userId)}, ${bind(order.email)}, ${bind(order.currency)}, ${bind(order.rateMicros)},
               ${bind(order.subtotal)}, ${bind(order.shipping)}, ${bind(order.tax)}, ${bind(order.total)}, ${bind(order.shippingMethod)}, ${bind(order.shippingAddress)},
               ${bind(order.smsPhone)}, ${bind(order.smsPhone === null ? null : now)}, ${bind(order.smsPhone === null ? null : 'checkout')}, ${bind(now)}, ${bind(now)})`,
  listed: (bind) =>
    `insert into order_items (order_id, position, product_id, name, image_url, quantity, unit_price, line_total)
       select ${bind(order.id)}::uuid, position, product_id, name, image_url, quantity, unit_price, unit_price * quantity
         from unnest(${bind(order.lines.map((line) => line.productId))}::uuid[], ${bind(order.lines.map((line) => line.name))}::text[],
                     ${bind(order.lines.map((line) => line.imageUrl))}::text[], ${bind(order.lines.map((line) => line.quantity))}::integer[],
                     ${bind(order.lines.map((line) => line.unitPrice))}::bigint[]) with ordinality
              as line (product_id, name, image_url, quantity, unit_price, position)`,
  begun: (bind) =>
    `insert into order_history (id, order_id, status, actor, at)
       values (${bind(newId())}, ${bind(order.id)}, 'pending_payment', ${bind(actor)}, ${bind(now)})`,
});

/** An order that is just being placed, as the API shows it. */
export const newOrder = (order: NewOrder, now: Date): Order =>
  orderOf({
    ...order,
    status: 'pending_payment',
    user_id: order.userId,
    items: order.lines.map(({ productId, name, imageUrl, quantity, unitPrice }) => ({
      productId,
      name,
      imageUrl,
      quantity,
      unitPrice,
      lineTotal: unitPrice * quantity,
    })),
    shipping_method: order.shippingMethod,
    shipping_address: order.shippingAddress,
    tracking: null,
    sms_phone: order.smsPhone,
    sms_withdrawn_at: null,
    created_at: now.toISOString(),
    history: [{ status: 'pending_payment', at: now.toISOString(), reason: null }],
    payment: null,
    refunded: 0,
    refund_due: 0,
    refunds: [],
  });

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

/** Where text messages about an order may go, and whose it is; undefined without consent. */
export async function selectTextRecipient(sql: Sql, orderId: string): Promise<{ number: string; email: string } | undefined> {
  const [row] = await sql<{ number: string; email: string }>(
    'select sms_phone as number, email from orders where id = $1 and sms_phone is not null and sms_withdrawn_at is null',
    [orderId],
  );
  return row;
}

/** Notes who withdrew the consent to text messages, and when. False: there was none any more. */
export async function withdrawConsent(sql: Sql, orderId: string, actor: string, now: Date): Promise<boolean> {
  const withdrawn = await sql(
    `update orders set sms_withdrawn_at = $2, sms_withdrawn_by = $3, updated_at = $2
      where id = $1 and sms_phone is not null and sms_withdrawn_at is null returning 1 as withdrawn`,
    [orderId, now, actor],
  );
  return withdrawn.length === 1;
}

/**
 * Takes the unpaid order, placed before an instant, that waited longest for its turn: never tried ones first, so that one whose
 * provider hangs does not block the others, in this run or the next.
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
  sms_phone: string | null;
  sms_withdrawn_at: string | null;
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

/**
 * The version of what an order shows: which transactions last wrote its rows (`xmin`, docs/adr/0019-versions-from-xmin.md). Its items never
 * change, and its history grows with its row only.
 */
const version = `concat_ws(' ', o.xmin,
  (select string_agg(p.xmin::text, ',' order by p.id) from payments p where p.order_id = o.id),
  (select string_agg(r.xmin::text, ',' order by r.id) from refunds r where r.order_id = o.id)) as version`;

/** An order as the API shows it, its version, and whose it is. */
export interface FoundOrder {
  order: Order;
  version: string;
  userId: string | null;
}

export async function selectOrder(sql: Sql, id: string): Promise<FoundOrder | undefined> {
  const [row] = await sql<OrderRow & { version: string }>(`select ${columns}, ${version} from orders o where o.id = $1`, [id]);
  return row && { order: orderOf(row), version: row.version, userId: row.user_id };
}

/** The version of what an order shows, and whose it is, without reading the rest. */
export async function selectOrderVersion(sql: Sql, id: string): Promise<Omit<FoundOrder, 'order'> | undefined> {
  const [row] = await sql<Omit<FoundOrder, 'order'>>(`select ${version}, o.user_id as "userId" from orders o where o.id = $1`, [id]);
  return row;
}

export const orderListOrder: ListOrder = {
  sort: 'newest',
  column: 'o.created_at',
  type: 'timestamptz',
  direction: 'desc',
  id: 'o.id',
};

export interface OrderFilters {
  /** null: everybody's. */
  userId: string | null;
  status: OrderStatus | undefined;
}

/** A slice of the orders, each with its version. */
export async function selectOrders(
  sql: Sql,
  filters: OrderFilters,
  slice: Slice,
): Promise<{ id: string; order: Order; version: string }[]> {
  const rows = await selectSlice<OrderRow & { version: string }>(sql, `${columns}, ${version}`, filters, slice);
  return rows.map((row) => ({ id: row.id, order: orderOf(row), version: row.version }));
}

/** The same slice, without reading what its orders show. */
export const selectOrderVersions = (
  sql: Sql,
  filters: OrderFilters,
  slice: Slice,
): Promise<{ id: string; createdAt: string; version: string }[]> =>
  selectSlice(sql, `o.id, o.created_at as "createdAt", ${version}`, filters, slice);

function selectSlice<Row extends object>(sql: Sql, shown: string, { userId, status }: OrderFilters, slice: Slice): Promise<Row[]> {
  const values: unknown[] = [];
  const clauses: string[] = [];
  if (userId !== null) clauses.push(`o.user_id = $${values.push(userId)}`);
  if (status !== undefined) clauses.push(`o.status = $${values.push(status)}`);
  const { where, orderBy, limit } = keyset(slice, values);
  return sql<Row>(
    // The page comes first: items, history and payment are looked up for its orders only, not for those that are skipped.
    `select ${shown}
       from (select o.*, o.xmin from orders o where ${[...clauses, where].join(' and ')} order by ${orderBy} ${limit}) o
      order by ${orderBy}`,
    values,
  );
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
    smsConsent: row.sms_phone !== null && row.sms_withdrawn_at === null,
    payment: row.payment,
    history: row.history.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
    createdAt: row.created_at,
  };
}
