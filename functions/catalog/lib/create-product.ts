import { noteWords } from '#functions/search/lib/note-words.ts';
import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { transaction } from '#platform/db/sql.ts';
import type { Body } from '#platform/http/contract.ts';
import { newId } from '#platform/ids.ts';
import { baseCents } from './base-price.ts';
import type { createProductRoute, Product } from './contract.ts';
import { getProduct } from './get-product.ts';
import { insertProduct } from './product-changes.pg.ts';
import { addUnderOneOf, slugsFor } from './slug.ts';
import { moveStock } from './stock.pg.ts';

/** Adds a product. @throws Problem 422 `currency-not-base`, `unknown-category`; 409 `slug-taken` for a slug that was asked for */
export function createProduct(body: Body<typeof createProductRoute>, { actor, now }: { actor: string; now: Date }): Promise<Product> {
  const id = newId();
  const fields = {
    name: body.name,
    description: body.description,
    category_id: body.categoryId ?? null,
    price_amount: baseCents(body.price),
    image_url: body.imageUrl ?? '',
    tags: body.tags ?? [],
  };
  const slugs = body.slug === undefined ? slugsFor(body.name, 'product', id) : [body.slug];
  return transaction(async (sql) => {
    await addUnderOneOf(slugs, (slug) => insertProduct(sql, id, { ...fields, slug }, now));
    await moveStock(sql, id, body.stock ?? 0, { reason: 'initial stock', actor, now });
    await noteWords(sql, fields.name, ...fields.tags, fields.description);
    const product = await getProduct(sql, { id }, { currency: 'USD' });
    await recordChange(sql, actor, { action: 'product.created', subject: `product:${id}`, before: null, after: product }, now);
    return product;
  });
}
