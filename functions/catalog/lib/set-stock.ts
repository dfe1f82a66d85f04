import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body, Params } from '#platform/http/contract.ts';
import type { Product, setStockRoute } from './contract.ts';
import { getProduct, productNotFound } from './get-product.ts';
import { lockProduct } from './lock-product.pg.ts';
import { moveStock } from './stock.pg.ts';

/**
 * Sets a product's stock and records the difference as a movement. The row is locked, so concurrent orders come before or after, never in between.
 * @throws Problem 404 `product-not-found`; 409 `stock-changed` (with `stock`) when it is not what the admin saw
 */
export function setStock(
  { id, ...body }: Params<typeof setStockRoute> & Body<typeof setStockRoute>,
  { actor, now }: { actor: string; now: Date },
): Promise<Product> {
  return transaction(async (sql) => {
    const row = await lockProduct(sql, id, 'changes');
    if (!row) throw productNotFound();
    if (body.expectedStock !== undefined && body.expectedStock !== row.stock) {
      throw new Problem('conflict', 'stock-changed', 'The stock is not what you saw any more.', { stock: row.stock });
    }
    await moveStock(sql, id, body.stock - row.stock, { reason: body.reason ?? 'corrected', actor, now });
    const change = { action: 'product.stock-set', subject: `product:${id}`, before: { stock: row.stock }, after: { stock: body.stock } };
    await recordChange(sql, actor, change, now);
    return getProduct(sql, { id }, { currency: 'USD' });
  });
}
