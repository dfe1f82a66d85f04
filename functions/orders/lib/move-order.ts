import { returnStock } from '#functions/catalog/lib/move-stock.pg.ts';
import { recordChange } from '#platform/audit/audit-log.pg.ts';
import type { TransactionSql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { EventData } from '#platform/events/contract.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { type OrderEvent, orderEvents, type Tracking } from './contract.ts';
import { holdsStock, mayBecome, type NextStatus } from './order-states.ts';
import { buyerOf } from './order-token.ts';
import { type LockedOrder, writeStatus } from './orders.pg.ts';
import { soldToMadeUp } from './sold-orders.pg.ts';

/**
 * Moves a locked order to another state: checks the move against the table, gives stock back when the order no longer holds it, and
 * records history, event and, for an admin, the change. The only place where an order's status changes.
 * @param actor who moves it: `guest`, `shopper:<id>`, `admin:<id>`, `system` or `provider`
 * @param keepsGoods with `refunded`: the money was given back by amount and nothing is said of the goods, so no stock comes back
 * @throws Problem 409 `illegal-transition`
 */
export async function moveOrder(
  sql: TransactionSql,
  order: LockedOrder,
  to: NextStatus,
  {
    actor,
    reason = null,
    tracking,
    keepsGoods = false,
    now,
  }: { actor: string; reason?: string | null; tracking?: Tracking | undefined; keepsGoods?: boolean; now: Date },
): Promise<void> {
  if (!mayBecome(order.status, to)) {
    throw new Problem('conflict', 'illegal-transition', `An order that is ${order.status} cannot become ${to}.`, {
      from: order.status,
      to,
    });
  }
  await writeStatus(sql, order.id, to, { actor, reason, tracking, now });
  if (to === 'cancelled' || to === 'expired' || (to === 'refunded' && holdsStock(order.status) && !keepsGoods)) {
    await returnStock(sql, order.items, { orderId: order.id, reason: to, actor, now, unlessMoved: soldToMadeUp });
  }
  if (to === 'paid') sql.afterCommit(() => measure('revenue', order.total, { currency: order.currency })); // minor units
  await appendEvent(sql, orderEvents[to], order.id, orderEventData({ ...order, status: to }, { reason, tracking }), now);
  const change = { before: { status: order.status }, after: { status: to, reason, tracking } };
  await recordChange(sql, actor, { action: `order.${to}`, subject: `order:${order.id}`, ...change }, now);
}

/** The data of an order's event; `order` is as it is after the change. */
export function orderEventData(
  { id, number, status, currency, total, items, email, user_id }: LockedOrder,
  { reason = null, tracking }: { reason?: string | null; tracking?: Tracking | undefined } = {},
): EventData<OrderEvent> {
  return {
    orderId: id,
    number,
    status,
    total: { amount: total, currency },
    items: items.map((item) => ({ ...item, unitPrice: { amount: item.unitPrice, currency } })),
    buyer: user_id ?? buyerOf(email),
    reason,
    ...(tracking ? { tracking } : {}),
  };
}
