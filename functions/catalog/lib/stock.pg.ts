import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { StockMovement } from './contract.ts';

/** Changes a locked product's stock by `delta` and records the movement: a product's movements always add up to its stock. */
export async function moveStock(
  sql: Sql,
  productId: string,
  delta: number,
  { reason, actor, now }: { reason: string; actor: string; now: Date },
): Promise<void> {
  if (delta === 0) return;
  await sql(
    `with moved as (update products set stock = stock + $2, updated_at = greatest(updated_at, $3) where id = $1)
     insert into stock_movements (id, product_id, delta, reason, actor, at) values ($4, $1, $2, $5, $6, $3)`,
    [productId, delta, now, newId(), reason, actor],
  );
}

/** Whether a product exists, archived or not: an archived one still has its movements. */
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
