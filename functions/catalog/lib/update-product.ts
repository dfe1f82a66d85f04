import { usDollars } from '#functions/currency/lib/convert.ts';
import { noteWords } from '#functions/search/lib/note-words.ts';
import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { transaction } from '#platform/db/sql.ts';
import type { Body, Params } from '#platform/http/contract.ts';
import { baseCents } from './base-price.ts';
import { changedAt } from './changed-at.ts';
import type { Product, updateProductRoute } from './contract.ts';
import { getProduct, productNotFound } from './get-product.ts';
import { lockProduct } from './lock-product.pg.ts';
import { updateProduct as writeProduct } from './product-changes.pg.ts';
import { productOf } from './products.pg.ts';
import { moveStock } from './stock.pg.ts';

/**
 * Changes a product; what the body leaves out stays.
 * @throws Problem 404 `product-not-found`; 422 `currency-not-base`, `unknown-category`; 409 `slug-taken`
 */
export function updateProduct(
  { id, ...body }: Params<typeof updateProductRoute> & Body<typeof updateProductRoute>,
  { actor, now }: { actor: string; now: Date },
): Promise<Product> {
  const price_amount = baseCents(body.price);
  return transaction(async (sql) => {
    const row = await lockProduct(sql, id, 'changes');
    if (!row) throw productNotFound();
    const fields = {
      slug: body.slug ?? row.slug,
      name: body.name,
      description: body.description,
      category_id: body.categoryId === undefined ? row.category_id : body.categoryId,
      price_amount,
      image_url: body.imageUrl ?? row.image_url,
      tags: body.tags ?? row.tags,
    };
    const at = changedAt(row, now);
    await writeProduct(sql, id, fields, at);
    await moveStock(sql, id, (body.stock ?? row.stock) - row.stock, { reason: 'product updated', actor, now });
    await noteWords(sql, fields.name, ...fields.tags, fields.description);
    const after = await getProduct(sql, { id }, { currency: 'USD' });
    await recordChange(sql, actor, { action: 'product.updated', subject: `product:${id}`, before: productOf(row, usDollars), after }, now);
    return after;
  });
}
