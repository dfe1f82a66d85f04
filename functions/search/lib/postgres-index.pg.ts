import { hitOrder, readQuestion, selectFacets, selectHits } from './hits.pg.ts';
import type { ProductIndex } from './product-index.ts';

/** Products found by PostgreSQL itself. */
export const postgresIndex: ProductIndex = {
  async find(sql, { q, filter, sort, after, skip, limit }) {
    const question = await readQuestion(sql, q);
    const rows = await selectHits(sql, question, filter, { order: hitOrder[sort], after, skip, limit });
    const { total, ...facets } = await selectFacets(sql, question, filter);
    const hits = rows.map(({ id, place }) => ({ id, place }));
    return { hits, rows, total, approximate: false, searched: { q, changed: false }, marks: question, facets };
  },
  suggest: async () => ({ queries: [], products: [], categories: [] }),
};
