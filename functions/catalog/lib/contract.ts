import * as z from 'zod/mini';
import { defineEvent } from '#platform/events/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { digits, Instant, page, paging, Uuid, words } from '#platform/http/schemas.ts';
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

/** $999,999.99: what a card can be charged at once (Stripe's limit of eight digits). */
const maxCents = 99_999_999;
const maxStock = 1_000_000_000; // below the column's maximum, so that cancelled orders can return their pieces
const stock = z.int().check(z.gte(0), z.lte(maxStock));

/** Where a picture is: a path of this site, an https address, or nothing. */
export const ImageUrl = z
  .string()
  .check(z.maxLength(2_000), z.regex(/^(\/(?!\/)|https:\/\/)[^\s"<>\\]+$|^$/, 'must be a path of this site or an https address'));

const productBody = z.strictObject({
  name: words(200),
  description: words(10_000),
  /** The base price: US dollars, from which all others are converted. */
  price: z.strictObject({ amount: z.int().check(z.gte(0), z.lte(maxCents)), currency: Currency }),
  slug: z.optional(Slug),
  categoryId: z.optional(z.nullable(Uuid)),
  stock: z.optional(stock),
  imageUrl: z.optional(ImageUrl),
  tags: z.optional(
    z.array(words(50)).check(
      z.maxLength(20, 'may have at most 20 tags'),
      z.refine((tags) => new Set(tags).size === tags.length, {
        error: 'may name a tag once only',
        params: { jsonSchema: { uniqueItems: true } },
      }),
    ),
  ),
});
const productId = z.strictObject({ id: Uuid });

export const createProductRoute = defineRoute({
  method: 'POST',
  path: '/api/products',
  auth: 'admin',
  summary: 'Add a product; its slug is made from the name where none is given',
  body: productBody,
  answers: { 201: Product },
  problems: ['currency-not-base', 'slug-taken', 'unknown-category'],
});

export const updateProductRoute = defineRoute({
  method: 'PUT',
  path: '/api/products/{id}',
  auth: 'admin',
  summary: 'Change a product; optional fields that are left out stay as they are, a categoryId of null takes it out of its category',
  params: productId,
  body: productBody,
  answers: { 200: Product },
  problems: ['product-not-found', 'currency-not-base', 'slug-taken', 'unknown-category'],
});

export const deleteProductRoute = defineRoute({
  method: 'DELETE',
  path: '/api/products/{id}',
  auth: 'admin',
  summary: 'Take a product off the shelf and out of all carts; orders that name it keep it',
  params: productId,
  answers: { 204: null },
  problems: ['product-not-found'],
});

export const setStockRoute = defineRoute({
  method: 'PUT',
  path: '/api/products/{id}/stock',
  auth: 'admin',
  summary: 'Set how many pieces can be ordered; with expectedStock only if that many are there now',
  params: productId,
  body: z.strictObject({ stock, expectedStock: z.optional(stock), reason: z.optional(words(200)) }),
  answers: { 200: Product },
  problems: ['product-not-found', 'stock-changed'],
});

export const StockMovement = z.strictObject({
  id: Uuid,
  /** Pieces that came in, or went out where it is negative. */
  delta: z.int(),
  reason: z.string(),
  orderId: z.nullable(Uuid),
  /** `guest`, `shopper:<id>`, `admin:<id>`, `system` or `provider`. */
  actor: z.string(),
  at: Instant,
});
export type StockMovement = z.infer<typeof StockMovement>;

const productEventData = z.strictObject({
  productId: Uuid,
  /** The product's own: of two changes of it, the later one has the later instant. */
  updatedAt: Instant,
});

export const productArchived = defineEvent({
  type: 'product.archived.v1',
  summary: 'a product was taken off the shelf, be it kept for the orders that name it or deleted',
  data: productEventData,
});

export const productChanged = defineEvent({
  type: 'product.changed.v1',
  summary: 'a product was added, or what a search finds of it changed; not for its stock alone',
  data: productEventData,
});

export const stockLow = defineEvent({
  type: 'stock.low.v1',
  summary: 'an order left five pieces of a product or fewer',
  data: z.strictObject({ productId: Uuid, stock: z.int() }),
});

export const listStockMovementsRoute = defineRoute({
  method: 'GET',
  path: '/api/products/{id}/stock-movements',
  auth: 'admin',
  summary: "List what came into and went out of a product's stock, newest first",
  params: productId,
  query: z.strictObject(paging),
  answers: { 200: page(StockMovement) },
  problems: ['product-not-found', 'invalid-cursor'],
});

const categoryBody = z.strictObject({
  slug: z.optional(Slug),
  name: words(100),
  description: z.optional(z.string().check(z.trim(), z.maxLength(2_000))),
});

export const createCategoryRoute = defineRoute({
  method: 'POST',
  path: '/api/categories',
  auth: 'admin',
  summary: 'Add a category; its slug is made from the name where none is given',
  body: categoryBody,
  answers: { 201: Category },
  problems: ['slug-taken'],
});

export const updateCategoryRoute = defineRoute({
  method: 'PUT',
  path: '/api/categories/{id}',
  auth: 'admin',
  summary: 'Change a category; optional fields that are left out stay as they are',
  params: z.strictObject({ id: Uuid }),
  body: categoryBody,
  answers: { 200: Category },
  problems: ['category-not-found', 'slug-taken'],
});

export const deleteCategoryRoute = defineRoute({
  method: 'DELETE',
  path: '/api/categories/{id}',
  auth: 'admin',
  summary: 'Delete a category that no product is in',
  params: z.strictObject({ id: Uuid }),
  answers: { 204: null },
  problems: ['category-not-found', 'category-in-use'],
});
