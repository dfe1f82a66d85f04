import * as z from 'zod/mini';
import { defineRoute } from '#platform/http/contract.ts';
import { digits, Instant, page, paging, Uuid } from '#platform/http/schemas.ts';
import { Currency, Money } from '#platform/money.ts';

export const Slug = z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'), z.maxLength(100));

export const Category = z.strictObject({ id: Uuid, slug: Slug, name: z.string(), description: z.string() });
export type Category = z.infer<typeof Category>;

export const Product = z.strictObject({
  id: Uuid,
  slug: Slug,
  name: z.string(),
  description: z.string(),
  category: z.nullable(z.strictObject({ id: Uuid, slug: Slug, name: z.string() })),
  price: Money,
  /** What can still be ordered. */
  stock: z.int(),
  imageUrl: z.string(),
  tags: z.array(z.string()),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Product = z.infer<typeof Product>;

/** What every priced list can be narrowed by; `minPrice` and `maxPrice` are minor units of `currency`. */
export const productFilters = {
  category: z.optional(Slug),
  minPrice: z.optional(digits(0, 1_000_000_000_000)),
  maxPrice: z.optional(digits(0, 1_000_000_000_000)),
  currency: z._default(Currency, 'USD'),
};
/** Sorts of a list without a search word. */
export const productSorts = ['newest', 'price', '-price', 'popularity', 'name'] as const;

const currencyQuery = z.strictObject({ currency: z._default(Currency, 'USD') });

export const listProductsRoute = defineRoute({
  method: 'GET',
  path: '/api/products',
  auth: 'public',
  summary: 'List products, filtered, sorted and paged',
  query: z.strictObject({ ...productFilters, sort: z._default(z.enum(productSorts), 'newest'), ...paging }),
  answers: { 200: page(Product) },
  problems: ['invalid-cursor'],
  cacheable: true,
});

export const getProductRoute = defineRoute({
  method: 'GET',
  path: '/api/products/{id}',
  auth: 'public',
  summary: 'Read a product',
  params: z.strictObject({ id: Uuid }),
  query: currencyQuery,
  answers: { 200: Product },
  problems: ['product-not-found'],
  cacheable: true,
});

export const listCategoriesRoute = defineRoute({
  method: 'GET',
  path: '/api/categories',
  auth: 'public',
  summary: 'List categories by name',
  query: z.strictObject(paging),
  answers: { 200: page(Category) },
  problems: ['invalid-cursor'],
  cacheable: true,
});

export const getCategoryRoute = defineRoute({
  method: 'GET',
  path: '/api/categories/{id}',
  auth: 'public',
  summary: 'Read a category',
  params: z.strictObject({ id: Uuid }),
  answers: { 200: Category },
  problems: ['category-not-found'],
  cacheable: true,
});
