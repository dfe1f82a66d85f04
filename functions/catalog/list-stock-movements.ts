// GET /api/products/{id}/stock-movements: what came into and went out of a product's stock.
import { listStockMovementsRoute } from '#functions/catalog/lib/contract.ts';
import { listStockMovements } from '#functions/catalog/lib/list-stock-movements.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listStockMovementsRoute, async ({ params, query, note }) => {
  note({ product_id: params.id });
  return { status: 200, body: await listStockMovements(sql, { ...params, ...query }) };
});
