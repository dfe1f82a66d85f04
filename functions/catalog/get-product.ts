// GET /api/products/{id}: one product.
import { getProductRoute } from '#functions/catalog/lib/contract.ts';
import { getProduct } from '#functions/catalog/lib/get-product.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getProductRoute, async ({ params, query, note }) => {
  note({ product_id: params.id });
  return { status: 200, body: await getProduct(sql, params, query) };
});
