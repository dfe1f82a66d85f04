import { priceIn } from '#functions/currency/lib/convert.ts';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Query } from '#platform/http/contract.ts';
import { productIndex } from './chosen-index.ts';
import type { Suggestions, suggestSearchRoute } from './contract.ts';

/** Searches, products and categories for what is typed so far. */
export async function suggestSearch(sql: Sql, { q, limit, currency }: Query<typeof suggestSearchRoute>): Promise<Suggestions> {
  const exchange = await exchangeInto(sql, currency);
  const { queries, products: rows, categories } = await productIndex.suggest(sql, q, limit);
  const products = rows.map(({ id, slug, name, image_url, price_amount }) => ({
    id,
    slug,
    name,
    imageUrl: image_url,
    price: priceIn(price_amount, exchange),
  }));
  return { queries, products, categories };
}
