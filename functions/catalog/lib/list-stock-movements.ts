import { decodeCursor, encodeCursor, pageOf } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { listStockMovementsRoute } from './contract.ts';
import { productNotFound } from './get-product.ts';
import { isProduct, selectStockMovements } from './stock.pg.ts';

/** A page of a product's stock movements. @throws Problem 404 `product-not-found` */
export async function listStockMovements(
  sql: Sql,
  id: string,
  { limit, cursor, skip = 0 }: Query<typeof listStockMovementsRoute>,
): Promise<AnswerOf<typeof listStockMovementsRoute>> {
  const asked = { product: id };
  const after = cursor === undefined ? undefined : decodeCursor(cursor, 'newest', asked, ['timestamptz']);
  const rows = await selectStockMovements(sql, id, { after, skip, limit: limit + 1 });
  if (rows.length === 0 && !(await isProduct(sql, id))) throw productNotFound();
  return pageOf(
    rows,
    limit,
    (row) => row,
    (last) => encodeCursor('newest', { values: [last.at], id: last.id }, asked),
  );
}
