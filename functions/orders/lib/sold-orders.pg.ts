import type { Pieces } from '#functions/catalog/lib/move-stock.pg.ts';
import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import { type OrderStatus, soldStates } from './order-states.ts';

/** Why pieces move that made-up shoppers bought: once an order. */
export const soldToMadeUp = 'sold to made-up shoppers';

/** Whose orders: those of people whose e-mail addresses end so. */
export interface SoldTo {
  emailEnds: string;
  /** When they were placed, at the earliest. */
  since: Date;
}

/** Orders that are sold, or may still be: unpaid ones. Without those whose pieces are back already. Oldest first. */
export async function selectSoldTo(sql: Sql, { emailEnds, since }: SoldTo): Promise<string[]> {
  const rows = await sql<{ id: string }>(
    `select id from orders o
      where created_at >= $1 and right(email, length($2)) = $2 and status = any ($3)
        and not exists (select from stock_movements m where m.order_id = o.id and m.reason = $4)
      order by created_at, id`,
    [since, emailEnds, ['pending_payment', ...soldStates], soldToMadeUp],
  );
  return rows.map(({ id }) => id);
}

/** Until the end of the transaction nobody else puts back what was sold. A statement of its own, so that the next one sees what another has written. */
export async function lockRestocking(sql: TransactionSql): Promise<void> {
  await sql(`select pg_advisory_xact_lock(hashtextextended('kelvo restock-sold', 0))`);
}

/** An order's state and pieces; undefined where they are back already. */
export async function selectUnmoved(sql: Sql, id: string): Promise<{ status: OrderStatus; pieces: Pieces[] } | undefined> {
  const [row] = await sql<{ status: OrderStatus; pieces: Pieces[] }>(
    `select o.status, (select json_agg(json_build_object('productId', i.product_id, 'quantity', i.quantity)) from order_items i where i.order_id = o.id) as pieces
       from orders o
      where o.id = $1 and not exists (select from stock_movements m where m.order_id = o.id and m.reason = $2)`,
    [id, soldToMadeUp],
  );
  return row;
}
