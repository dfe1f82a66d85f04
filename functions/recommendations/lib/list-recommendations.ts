import { productNotFound } from '#functions/catalog/lib/get-product.ts';
import { productOf } from '#functions/catalog/lib/products.pg.ts';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { listRecommendationsRoute } from './contract.ts';
import { selectRecommendations } from './recommendations.pg.ts';

/**
 * Up to `limit` products that go with a product or with a cart, each once and with the reason; fewer only where the shop has no more in stock.
 * @throws Problem 404 `product-not-found`, also for a product that was taken off the shelf
 */
export async function listRecommendations(
  sql: Sql,
  { productId, sessionId, limit, currency }: Query<typeof listRecommendationsRoute>,
  { now }: { now: Date },
): Promise<AnswerOf<typeof listRecommendationsRoute>> {
  const exchange = await exchangeInto(sql, currency);
  const { known, rows } = await selectRecommendations(sql, { productId, sessionId, limit, now });
  if (productId !== undefined && !known) throw productNotFound();
  return { items: rows.map((row) => ({ product: productOf(row, exchange), reason: row.reason })) };
}
