// GET /api/products/{id}: one product.
import { getProductRoute } from '#functions/catalog/lib/contract.ts';
import { tagsOfProduct } from '#functions/catalog/lib/copies.redis.ts';
import { getProduct } from '#functions/catalog/lib/get-product.ts';
import { readThrough } from '#platform/cache/read-through.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getProductRoute, async ({ params, query, note }) => {
  note({ product_id: params.id });
  const read = { name: 'product', asked: { ...params, ...query }, tags: tagsOfProduct(params.id), note };
  return { status: 200, body: await readThrough(read, () => getProduct(sql, params.id, query.currency)) };
});
