import { usDollars } from '#functions/currency/lib/convert.ts';
import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { type TransactionSql, transaction } from '#platform/db/sql.ts';
import type { Params } from '#platform/http/contract.ts';
import { changedAt } from './changed-at.ts';
import type { deleteProductRoute } from './contract.ts';
import { productNotFound } from './get-product.ts';
import { lockProduct } from './lock-product.pg.ts';
import { archiveProduct, deleteProductRow, isOrdered } from './product-changes.pg.ts';
import { type ProductRow, productOf } from './products.pg.ts';

/**
 * Takes a product off the shelf. One that orders name is archived, so that they can still tell what was bought; any other is deleted. Carts
 * that hold it are left alone, however many: they no longer show it.
 * @throws Problem 404 `product-not-found`, also when it is off the shelf already
 */
export function deleteProduct({ id }: Params<typeof deleteProductRoute>, { actor, now }: { actor: string; now: Date }): Promise<void> {
  return transaction(async (sql) => {
    const { row, ordered } = await lockForEnd(sql, id);
    if (!row) throw productNotFound();
    const at = changedAt(row, now);
    if (ordered) await archiveProduct(sql, id, at);
    else await deleteProductRow(sql, id, at);
    const action = ordered ? 'product.archived' : 'product.deleted';
    await recordChange(sql, actor, { action, subject: `product:${id}`, before: productOf(row, usDollars), after: null }, now);
  });
}

/** A product that no order names yet is locked against orders being placed, too: one of them may be its first. */
async function lockForEnd(sql: TransactionSql, id: string): Promise<{ row: ProductRow | undefined; ordered: boolean }> {
  if (await isOrdered(sql, id)) return { row: await lockProduct(sql, id, 'changes'), ordered: true };
  const row = await lockProduct(sql, id, 'everything');
  return { row, ordered: await isOrdered(sql, id) };
}
