import type { ProductFilter, ProductSort } from '#functions/catalog/lib/products.pg.ts';
import type { Place } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { HitRow, SuggestedRow } from './found-products.pg.ts';

export type SearchSort = 'relevance' | ProductSort;

/** What an index of products is asked. */
export interface Question {
  /** What was typed. */
  q: string;
  /** Searches for the words as they are typed. */
  exact: boolean;
  filter: ProductFilter;
  sort: SearchSort;
  /** Where the page before ended: the `place` and id of its last hit. */
  after: Place | undefined;
  skip: number;
  /** How many hits at most: one more than a page shows, which tells whether more follow. */
  limit: number;
}

/** Facets of all that is found, before the question's filter; prices are base prices in US cents. */
export interface Facets {
  categories: { slug: string; name: string; count: number }[];
  /** The 20 most frequent ones. */
  tags: { tag: string; count: number }[];
  min: number | null;
  max: number | null;
  inStock: number;
}

export interface Found {
  /** In order. `place` is what they are sorted by, which the next page begins after. */
  hits: { id: string; place: string | number }[];
  /** The hits as products, in the same order, from an index that reads PostgreSQL anyway: it saves a round trip. */
  rows?: HitRow[];
  /** Products found, after the filter. */
  total: number;
  /** Whether total and facets are estimates. */
  approximate: boolean;
  /** The words that were searched for, mended, and whether they are others than those typed. */
  searched: { q: string; changed: boolean };
  /** The text of a tsquery: its words are marked in names and descriptions. */
  marks: string;
  facets: Facets;
}

export interface Suggested {
  /** What could be searched for. */
  queries: string[];
  products: SuggestedRow[];
  categories: { slug: string; name: string }[];
}

/**
 * What finds products by words. There are two: PostgreSQL, and OpenSearch for catalogs that outgrow it (`SEARCH_ENGINE`). Either tells which
 * products and in which order; what they cost, whether there are any, and whether they are still sold is read from PostgreSQL.
 */
export interface ProductIndex {
  find(sql: Sql, question: Question): Promise<Found>;
  /** @param typed text whose last word may not be finished @param limit how many of each kind at most */
  suggest(sql: Sql, typed: string, limit: number): Promise<Suggested>;
}
