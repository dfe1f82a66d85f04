import * as z from 'zod/mini';
import { Category, Product, productFilters, productSorts, Slug } from '#functions/catalog/lib/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { digits, Instant, onOff, page, paging, Uuid, words } from '#platform/http/schemas.ts';
import { Currency, Money } from '#platform/money.ts';

export const SearchHit = z.extend(Product, {
  /** Name and description with the found words in <mark>; all else in them is HTML-escaped. */
  highlights: z.strictObject({ name: z.optional(z.string()), description: z.optional(z.string()) }),
});
export type SearchHit = z.infer<typeof SearchHit>;

const searchQuery = z.strictObject({
  q: words(200),
  ...productFilters,
  /** Only what can be ordered now. */
  inStock: onOff,
  tag: z.optional(words(50)),
  sort: z._default(z.enum(['relevance', ...productSorts]), 'relevance'),
  /** Searches for the words as they are typed: none is completed, mended, replaced or left out. */
  exact: onOff,
  ...paging,
});

const SearchPage = z.strictObject({
  items: z.array(SearchHit),
  nextCursor: z.nullable(z.string()),
  /** Products that are found, after all filters. */
  total: z.int(),
  /**
   * Whether `total` and the facets' counts are estimates. They are where very many products are found, rounded to two figures; and where very many have
   * the words of a phrase, or of what has others left out, and hardly any is a hit: not all are looked at, and there are at least so many.
   */
  approximate: z.boolean(),
  /** What was searched for. `changed`: not what was typed, because nothing is found for that; `exact=true` searches for it nevertheless. */
  searched: z.strictObject({ q: z.string(), changed: z.boolean() }),
  /** Of all that is found, before the filters: how many in each category, with each of the 20 most frequent tags, the range of prices, how many in stock. */
  facets: z.strictObject({
    categories: z.array(z.strictObject({ slug: Slug, name: z.string(), count: z.int() })),
    tags: z.array(z.strictObject({ tag: z.string(), count: z.int() })),
    price: z.nullable(z.strictObject({ min: Money, max: Money })),
    inStock: z.int(),
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
  summary: 'Search products by words in name, tags, category and description; mistyped words are mended',
  query: searchQuery,
  answers: { 200: SearchPage },
  problems: ['invalid-cursor'],
  cacheable: true,
});

const Suggestions = z.strictObject({
  /** Searches that each find something: the words typed, the last one completed. Mistyped ones are mended where nothing has them as typed. */
  queries: z.array(z.string()),
  /** What has them in its name, the most popular first; where these are too few, what has them as a tag. */
  products: z.array(z.pick(Product, { id: true, slug: true, name: true, imageUrl: true, price: true })),
  categories: z.array(z.pick(Category, { slug: true, name: true })),
});
export type Suggestions = z.infer<typeof Suggestions>;

export const suggestSearchRoute = defineRoute({
  method: 'GET',
  path: '/api/search/suggest',
  auth: 'public',
  summary: 'Suggest searches, products and categories for what is typed so far',
  query: z.strictObject({
    q: words(200),
    /** Of each kind. */
    limit: z._default(digits(1, 10), 6),
    currency: z._default(Currency, 'USD'),
  }),
  answers: { 200: Suggestions },
  cacheable: true,
});

export const Synonym = z.strictObject({
  id: Uuid,
  /** What shoppers type: a word, or two. */
  said: z.string(),
  /** What is searched for as well. */
  means: z.string(),
  /** Whether who types what it means is shown what is said, too. */
  bothWays: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Synonym = z.infer<typeof Synonym>;

const synonymBody = z.strictObject({ said: words(100), means: words(100), bothWays: z.optional(z.boolean()) });
const synonymId = z.strictObject({ id: Uuid });

export const listSynonymsRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/synonyms',
  auth: 'admin',
  summary: 'List synonyms by what is said; with q those that hold it in either side',
  query: z.strictObject({ q: z.optional(words(100)), ...paging }),
  answers: { 200: page(Synonym) },
  problems: ['invalid-cursor'],
});

export const createSynonymRoute = defineRoute({
  method: 'POST',
  path: '/api/admin/synonyms',
  auth: 'admin',
  summary: 'Add a synonym: who types what is said is shown what it means, too',
  body: synonymBody,
  answers: { 201: Synonym },
  problems: ['synonym-exists'],
});

export const updateSynonymRoute = defineRoute({
  method: 'PUT',
  path: '/api/admin/synonyms/{id}',
  auth: 'admin',
  summary: 'Change a synonym; bothWays stays as it is where it is left out',
  params: synonymId,
  body: synonymBody,
  answers: { 200: Synonym },
  problems: ['synonym-not-found', 'synonym-exists'],
});

export const deleteSynonymRoute = defineRoute({
  method: 'DELETE',
  path: '/api/admin/synonyms/{id}',
  auth: 'admin',
  summary: 'Delete a synonym',
  params: synonymId,
  answers: { 204: null },
  problems: ['synonym-not-found'],
});
