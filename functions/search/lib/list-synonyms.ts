import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { listSynonymsRoute } from './contract.ts';
import { selectSynonyms, synonymOrder } from './synonyms.pg.ts';

/** A page of synonyms by what is said. */
export function listSynonyms(sql: Sql, { q, ...paging }: Query<typeof listSynonymsRoute>): Promise<AnswerOf<typeof listSynonymsRoute>> {
  return listPage(paging, {
    order: synonymOrder,
    filters: { q },
    select: (slice) => selectSynonyms(sql, q, slice),
    sortValue: (synonym) => synonym.said,
    itemOf: (synonym) => synonym,
  });
}
