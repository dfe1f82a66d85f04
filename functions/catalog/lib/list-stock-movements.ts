import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Params, Query } from '#platform/http/contract.ts';
import type { listStockMovementsRoute } from './contract.ts';
import { productNotFound } from './get-product.ts';
import { isProduct, movementOrder, selectStockMovements } from './stock.pg.ts';

/** A page of a product's stock movements. @throws Problem 404 `product-not-found` */
export async function listStockMovements(
  sql: Sql,
  { id, ...paging }: Params<typeof listStockMovementsRoute> & Query<typeof listStockMovementsRoute>,
): Promise<AnswerOf<typeof listStockMovementsRoute>> {
  const page = await listPage(paging, {
    order: movementOrder,
    filters: { product: id },
    select: (slice) => selectStockMovements(sql, id, slice),
    sortValue: (movement) => movement.at,
    itemOf: (movement) => movement,
  });
  if (page.items.length === 0 && !(await isProduct(sql, id))) throw productNotFound();
  return page;
}
