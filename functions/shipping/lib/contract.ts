import * as z from 'zod/mini';
import { cartOrItems, Lines, SessionId } from '#functions/cart/lib/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { Country, PostalCode } from '#platform/http/schemas.ts';
import { Currency, Money } from '#platform/money.ts';
import { shippingMethods } from './methods.ts';

export const quoteShippingRoute = defineRoute({
  method: 'POST',
  path: '/api/shipping/quote',
  auth: 'public',
  summary: 'What each shipping method costs for a cart or a list of items, and when it arrives',
  body: z
    .strictObject({
      sessionId: z.optional(SessionId),
      items: z.optional(Lines),
      country: Country,
      /** Costs do not depend on it. */
      postalCode: z.optional(PostalCode),
      currency: z.optional(Currency),
    })
    .check(cartOrItems),
  answers: {
    200: z.strictObject({
      quotes: z.array(
        z.strictObject({
          method: z.enum(shippingMethods),
          name: z.string(),
          cost: Money,
          /** Subtotal of the goods plus this method's cost: what an order would ask (`expectedTotal`). */
          total: Money,
          delivery: z.strictObject({ earliest: z.iso.date(), latest: z.iso.date() }),
        }),
      ),
    }),
  },
  problems: ['cart-empty', 'unknown-product'],
});
