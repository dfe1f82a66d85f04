import { type ProductFilter, productOrder } from '#functions/catalog/lib/products.pg.ts';
import type { ListOrder } from '#platform/db/list-page.ts';
import type { SearchSort } from './product-index.ts';

// How a product matches, as SQL over products as `p`, with the question (the text of a tsquery) in $1.

/** Where the words of a hit stand: in the name; in name, tags or category; anywhere. */
export type Level = 1 | 2 | 3;
export const levelColumn = { 3: 'p.w_name', 2: 'p.w_title', 1: 'p.w_all' } as const satisfies Record<Level, string>;
export const level = 'case when p.w_name @@ $1::tsquery then 3 when p.w_title @@ $1::tsquery then 2 else 1 end';

/** What hits of one level are behind those of the one above. Popularity fits into it: it is a 32-bit integer. */
const levelStep = 2 ** 32;

/** The place of a hit in the order by relevance: its level, then its popularity, as one number. @param of a level, as SQL */
export const relevance = (of: string) => `((${of}) * ${levelStep}::bigint + p.popularity)`;

/** The level and popularity that a place says. */
export function levelOf(place: number): { level: number; popularity: number } {
  const at = Math.floor((place + levelStep / 2) / levelStep);
  return { level: at, popularity: place - at * levelStep };
}

/** How a search orders: by relevance, or as the catalog does. */
export const hitOrder: Record<SearchSort, ListOrder> = {
  ...productOrder,
  relevance: { sort: 'relevance', column: relevance(level), type: 'bigint', direction: 'desc', id: 'p.id' },
};

/** Within a level, and for walks: by popularity. */
export const walkOrder = (sort: SearchSort): ListOrder => (sort === 'relevance' ? productOrder.popularity : productOrder[sort]);

const quoted = (lexeme: string) => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/**
 * The question with the filters that are words too: category and tag are lexemes of the product, so that the index answers them.
 * @param values receives the parameters; the question is the first of them
 */
export function narrowed(filter: ProductFilter, values: unknown[]): string {
  const tag = filter.tag === undefined ? '' : ` && $${values.push(quoted(`tag ${filter.tag}`))}::tsquery`;
  const category =
    filter.category === undefined
      ? ''
      : ` && (select quote_literal('category ' || id)::tsquery from categories where slug = $${values.push(filter.category)})`;
  return `($1::tsquery${tag}${category})`;
}

/** Whether a filter leaves anything out. */
export const isFiltered = ({ category, tag, inStock, minCents, maxCents }: ProductFilter) =>
  category !== undefined || tag !== undefined || inStock === true || minCents !== undefined || maxCents !== undefined;
