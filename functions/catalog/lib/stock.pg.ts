import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { StockMovement } from './contract.ts';

/** Moves a locked product's stock by a difference, and writes the movement down: movements add up to the stock. */
export async function moveStock(
  sql: Sql,
  productId: string,
  delta: number,
  { reason, actor, now }: { reason: string; actor: string; now: Date },
): Promise<void> {
  if (delta === 0) return;
  await sql(
    `with moved as (update products set stock = stock + $2, updated_at = $3 where id = $1)
     insert into stock_movements (id, product_id, delta, reason, actor, at) values ($4, $1, $2, $5, $6, $3)`,
    [productId, delta, now, newId(), reason, actor],
  );
}

/** Whether there is or was such a product: one that is off the shelf still has its movements. */
export async function isProduct(sql: Sql, id: string): Promise<boolean> {
  return (await sql('select 1 as known from products where id = $1', [id])).length === 1;
}

export const movementOrder: ListOrder = { sort: 'newest', column: 'at', type: 'timestamptz', direction: 'desc', id: 'id' };

/** A slice of a product's movements. */
export async function selectStockMovements(sql: Sql, productId: string, slice: Slice): Promise<StockMovement[]> {
  const values: unknown[] = [productId];
  const { where, orderBy, limit } = keyset(slice, values);
  return sql<StockMovement>(
    `select id, delta, reason, order_id as "orderId", actor, at from stock_movements
      where product_id = $1 and ${where} order by ${orderBy} ${limit}`,
    values,
  );
}
