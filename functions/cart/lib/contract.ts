import * as z from 'zod/mini';
import { defineRoute } from '#platform/http/contract.ts';
import { eitherOf, Instant, Uuid } from '#platform/http/schemas.ts';
import { Currency, Money } from '#platform/money.ts';

/** A cart's id is a bearer secret: whoever knows it has the cart. */
export const SessionId = z.string().check(z.regex(/^[A-Za-z0-9_-]{16,128}$/, 'must be 16 to 128 characters of A-Z a-z 0-9 _ -'));

/** Pieces of one product in one cart or order. */
export const maxQuantity = 99;
/** Different products in one cart or order. */
export const maxLines = 100;

/** Products and quantities, for orders and quotes that name them instead of a cart. */
export const Lines = z
  .array(
    z.strictObject({
      productId: Uuid,
      quantity: z.int().check(z.gte(1, 'must be at least 1'), z.lte(maxQuantity, `must be at most ${maxQuantity}`)),
    }),
  )
  .check(
    z.minLength(1, 'must name at least one product'),
    z.maxLength(maxLines, `may name at most ${maxLines} products`),
    z.refine((items) => new Set(items.map((item) => item.productId)).size === items.length, {
      error: 'may name a product once only',
      params: { jsonSchema: { uniqueItems: true, description: 'Each product once only.' } },
    }),
  );

/** Of `sessionId` (a cart) and `items` a request names exactly one. */
export const cartOrItems = eitherOf('sessionId', 'items');

export const Cart = z.strictObject({
  sessionId: SessionId,
  items: z.array(
    z.strictObject({
      productId: Uuid,
      name: z.string(),
      imageUrl: z.string(),
      quantity: z.int(),
      unitPrice: Money,
      lineTotal: Money,
      /** Whether that many can be ordered now. */
      available: z.boolean(),
    }),
  ),
  itemCount: z.int(),
  subtotal: Money,
  /** Counts up with every change; 0 for a cart that never held anything. */
  version: z.int(),
  updatedAt: Instant,
});
export type Cart = z.infer<typeof Cart>;

const quantity = (min: number) =>
  z.int().check(z.gte(min, `must be at least ${min}`), z.lte(maxQuantity, `must be at most ${maxQuantity}`));
const currencyQuery = z.strictObject({ currency: z._default(Currency, 'USD') });

export const addItemRoute = defineRoute({
  method: 'POST',
  path: '/api/cart/add',
  auth: 'public',
  summary: 'Add pieces of a product to a cart; without sessionId a new cart is made',
  query: currencyQuery,
  body: z.strictObject({ sessionId: z.optional(SessionId), productId: Uuid, quantity: quantity(1) }),
  answers: { 200: Cart },
  problems: ['unknown-product', 'cart-limit'],
});

export const getCartRoute = defineRoute({
  method: 'GET',
  path: '/api/cart/{sessionId}',
  auth: 'public',
  summary: 'Read a cart; an unknown id is an empty cart',
  params: z.strictObject({ sessionId: SessionId }),
  query: currencyQuery,
  answers: { 200: Cart },
});

export const updateItemRoute = defineRoute({
  method: 'PUT',
  path: '/api/cart/update',
  auth: 'public',
  summary: 'Set the quantity of a product in a cart; 0 removes it',
  query: currencyQuery,
  body: z.strictObject({ sessionId: SessionId, productId: Uuid, quantity: quantity(0) }),
  answers: { 200: Cart },
  problems: ['unknown-product', 'cart-limit'],
});

export const removeItemRoute = defineRoute({
  method: 'DELETE',
  path: '/api/cart/{sessionId}/item/{productId}',
  auth: 'public',
  summary: 'Take a product out of a cart',
  params: z.strictObject({ sessionId: SessionId, productId: Uuid }),
  query: currencyQuery,
  answers: { 200: Cart },
});

export const clearCartRoute = defineRoute({
  method: 'DELETE',
  path: '/api/cart/{sessionId}',
  auth: 'public',
  summary: 'Empty a cart',
  params: z.strictObject({ sessionId: SessionId }),
  query: currencyQuery,
  answers: { 200: Cart },
});

export const mergeCartRoute = defineRoute({
  method: 'POST',
  path: '/api/cart/merge',
  auth: 'shopper',
  summary: "Put a guest's cart into your own and answer yours; the guest's id is dead afterwards",
  query: currencyQuery,
  body: z.strictObject({ sessionId: SessionId }),
  answers: { 200: Cart },
});
