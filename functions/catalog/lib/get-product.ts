import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Params, Query } from '#platform/http/contract.ts';
import type { getProductRoute, Product } from './contract.ts';
import { productOf, selectProduct } from './products.pg.ts';

/** @throws Problem 404 `product-not-found`, also for a product that was taken off the shelf */
export async function getProduct(
  sql: Sql,
  { id }: Params<typeof getProductRoute>,
  { currency }: Query<typeof getProductRoute>,
): Promise<Product> {
  const exchange = await exchangeInto(sql, currency);
  const row = await selectProduct(sql, id);
  if (!row) throw productNotFound();
  return productOf(row, exchange);
}

export const productNotFound = () => new Problem('missing', 'product-not-found', 'There is no product with this id.');
