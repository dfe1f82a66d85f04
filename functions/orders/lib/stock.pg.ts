import type { stockLow } from '#functions/catalog/lib/contract.ts';
import type { TransactionSql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { newId } from '#platform/ids.ts';

/** Pieces of one product. */
export interface Pieces {
  productId: string;
  quantity: number;
}

/** When so many pieces or fewer are left, `stock.low.v1` is emitted once. */
const lowStock = 5;

const inIdOrder = (pieces: readonly Pieces[]) => [...pieces].sort((a, b) => (a.productId < b.productId ? -1 : 1));

/**
 * Takes an order's pieces out of stock, or none of them: one guarded UPDATE a product, in id order so that two orders never wait for each other.
 * @throws Problem 409 `out-of-stock` with `items: [{productId, requested, available}]`
 */
export async function takeStock(sql: TransactionSql, orderId: string, pieces: readonly Pieces[], actor: string, now: Date): Promise<void> {
  const ordered = inIdOrder(pieces);
  const low: { productId: string; stock: number }[] = [];
  for (const [i, { productId, quantity }] of ordered.entries()) {
    const [left] = await sql<{ stock: number }>(
      `with taken as (update products set stock = stock - $2, updated_at = $3 where id = $1 and stock >= $2 returning stock),
            moved as (insert into stock_movements (id, product_id, delta, reason, order_id, actor, at) select $4, $1, -$2::integer, 'ordered', $5, $6, $3 from taken)
       select stock from taken`,
      [productId, quantity, now, newId(), orderId, actor],
    );
    if (!left) throw await outOfStock(sql, ordered.slice(i));
    if (left.stock <= lowStock && left.stock + quantity > lowStock) low.push({ productId, stock: left.stock });
  }
  for (const product of low) await appendEvent<typeof stockLow>(sql, 'stock.low.v1', product.productId, product, now);
}

/** Takes an order's pieces where there are enough; false leaves the transaction as it was before. */
export async function tryTakeStock(
  sql: TransactionSql,
  orderId: string,
  pieces: readonly Pieces[],
  actor: string,
  now: Date,
): Promise<boolean> {
  await sql('savepoint take_stock');
  try {
    await takeStock(sql, orderId, pieces, actor, now);
    return true;
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'out-of-stock')) throw error;
    await sql('rollback to savepoint take_stock');
    return false;
  }
}

/** Puts an order's pieces back into stock. */
export async function returnStock(
  sql: TransactionSql,
  orderId: string,
  pieces: readonly Pieces[],
  reason: string,
  actor: string,
  now: Date,
): Promise<void> {
  for (const { productId, quantity } of inIdOrder(pieces)) {
    await sql(
      `with returned as (update products set stock = stock + $2, updated_at = $3 where id = $1)
       insert into stock_movements (id, product_id, delta, reason, order_id, actor, at) values ($4, $1, $2, $5, $6, $7, $3)`,
      [productId, quantity, now, newId(), reason, orderId, actor],
    );
  }
}

async function outOfStock(sql: TransactionSql, pieces: readonly Pieces[]): Promise<Problem> {
  const rows = await sql<{ id: string; stock: number }>('select id, stock from products where id = any($1::uuid[])', [
    pieces.map((piece) => piece.productId),
  ]);
  const stock = new Map(rows.map((row) => [row.id, row.stock]));
  const items = pieces
    .map(({ productId, quantity }) => ({ productId, requested: quantity, available: stock.get(productId) ?? 0 }))
    .filter(({ requested, available }) => available < requested);
  return new Problem('conflict', 'out-of-stock', 'There is not enough of everything in stock.', { items });
}
