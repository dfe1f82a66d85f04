import * as z from 'zod/mini';
import { Product, productFilters, productSorts, Slug } from '#functions/catalog/lib/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { paging, words } from '#platform/http/schemas.ts';
import { Money } from '#platform/money.ts';

export const SearchHit = z.extend(Product, {
  /** Name and description with the found words in <mark>; all else in them is HTML-escaped. */
  highlights: z.strictObject({ name: z.optional(z.string()), description: z.optional(z.string()) }),
});
export type SearchHit = z.infer<typeof SearchHit>;

const searchQuery = z.strictObject({
  q: words(200),
  ...productFilters,
  sort: z._default(z.enum(['relevance', ...productSorts]), 'relevance'),
  ...paging,
});

const SearchPage = z.strictObject({
  items: z.array(SearchHit),
  nextCursor: z.nullable(z.string()),
  total: z.int(),
  /** Facets of all hits, before `category` and price filters: the number of hits in each category, and the range of prices. */
  facets: z.strictObject({
    categories: z.array(z.strictObject({ slug: Slug, name: z.string(), count: z.int() })),
    price: z.nullable(z.strictObject({ min: Money, max: Money })),
  }),
});
export type SearchPage = z.infer<typeof SearchPage>;

export const searchProductsRoute = defineRoute({
  method: 'GET',
  path: '/api/products/search',
  auth: 'public',
  summary: 'Search products (the same answer as /api/search)',
  query: searchQuery,
  answers: { 200: SearchPage },
  problems: ['invalid-cursor'],
  cacheable: true,
});

export const searchRoute = defineRoute({
  method: 'GET',
  path: '/api/search',
  auth: 'public',
  summary: 'Search products by words in name and description',
  query: searchQuery,
  answers: { 200: SearchPage },
  problems: ['invalid-cursor'],
  cacheable: true,
});
