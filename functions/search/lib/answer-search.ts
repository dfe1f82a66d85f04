import { type Read, readThrough } from '#platform/cache/read-through.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { JsonText, Query } from '#platform/http/contract.ts';
import { measure } from '#platform/telemetry/measure.ts';
import type { searchRoute } from './contract.ts';
import { searchProducts } from './search-products.ts';

/** A search's answer, from a copy or from PostgreSQL. A search without hits is counted either way. */
export async function answerSearch(sql: Sql, query: Query<typeof searchRoute>, { note }: Pick<Read, 'note'>): Promise<JsonText> {
  const page = await readThrough({ name: 'search', asked: query, note }, () => searchProducts(sql, query));
  // Only a member can read like this: inside of a string its quotes are escaped.
  if (page.includes('"total":0,')) measure('searches_without_result', 1);
  return page;
}
