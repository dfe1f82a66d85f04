import { returnStock } from '#functions/catalog/lib/move-stock.pg.ts';
import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import { soldStates } from './order-states.ts';
import { lockRestocking, type SoldTo, selectSoldTo, selectUnmoved, soldToMadeUp } from './sold-orders.pg.ts';

/**
 * Puts the pieces of orders back into stock that were sold to made-up people. Each order's once, in a transaction of its own: its movement, with the
 * reason, says that it was done. An order that is cancelled or expires gives its pieces back by itself and is left alone; so does one that is refunded, and
 * if that comes after this, its pieces are back already and stay where they are (move-order.ts).
 * @param connection whose role may change stock
 * @returns how many orders' pieces came back, and how many are left: not paid yet, or there was no time
 */
export async function restockSold(
  { sql, transaction }: { sql: Sql; transaction<T>(work: (sql: TransactionSql) => Promise<T>): Promise<T> },
  orders: SoldTo,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<{ restocked: number; left: number }> {
  const counts = { restocked: 0, left: 0, done: 0 };
  for (const id of await selectSoldTo(sql, orders)) {
    const outcome = signal.aborted
      ? 'left'
      : await transaction(async (inside) => {
          await lockRestocking(inside);
          const order = await selectUnmoved(inside, id);
          if (order?.status === 'pending_payment') return 'left';
          if (!order || !soldStates.some((sold) => sold === order.status)) return 'done';
          await returnStock(inside, order.pieces, { orderId: id, reason: soldToMadeUp, actor: 'system', now });
          return 'restocked';
        });
    counts[outcome] += 1;
  }
  return counts;
}
