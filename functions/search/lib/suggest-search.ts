import { priceIn } from '#functions/currency/lib/convert.ts';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Query } from '#platform/http/contract.ts';
import { productIndex } from './chosen-index.ts';
import type { Suggestions, suggestSearchRoute } from './contract.ts';
import { selectSuggestedProducts } from './found-products.pg.ts';

/** Searches, products and categories for what is typed so far. */
export async function suggestSearch(sql: Sql, { q, limit, currency }: Query<typeof suggestSearchRoute>): Promise<Suggestions> {
  const exchange = await exchangeInto(sql, currency);
  const { queries, products: ids, rows, categories } = await productIndex.suggest(sql, q, limit);
  const known = new Map((rows ?? (await selectSuggestedProducts(sql, ids))).map((row) => [row.id, row]));
  const products = ids.flatMap((id) => {
    const row = known.get(id);
    return row ? [{ id, slug: row.slug, name: row.name, imageUrl: row.image_url, price: priceIn(row.price_amount, exchange) }] : [];
  });
  return { queries, products, categories };
}
