import * as z from 'zod/mini';
import { SessionId } from '#functions/cart/lib/contract.ts';
import { Product } from '#functions/catalog/lib/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { digits, Uuid } from '#platform/http/schemas.ts';
import { Currency } from '#platform/money.ts';

/** Why a product is recommended. Names what is shown above it, such as "Often bought together" or "Popular in Kitchen". */
export const reasons = ['bought-together', 'same-category', 'popular', 'new'] as const;
export type Reason = (typeof reasons)[number];

export const Recommendation = z.strictObject({ product: Product, reason: z.enum(reasons) });
export type Recommendation = z.infer<typeof Recommendation>;

export const listRecommendationsRoute = defineRoute({
  method: 'GET',
  path: '/api/recommendations',
  auth: 'public',
  summary:
    'Recommend products that go with a product or with what lies in a cart, or popular and new ones where neither is named, each with the reason. All of them can be ordered, and none is in the cart. An answer to `sessionId` is kept by no cache',
  query: z
    .strictObject({
      productId: z.optional(Uuid),
      /** A cart; one that is unknown or empty is as if none were named. */
      sessionId: z.optional(SessionId),
      limit: z._default(digits(1, 20), 4),
      currency: z._default(Currency, 'USD'),
    })
    .check(
      z.refine(({ productId, sessionId }) => productId === undefined || sessionId === undefined, {
        path: ['sessionId'],
        error: 'may not be given together with productId',
        params: { jsonSchema: {} },
      }),
    ),
  answers: { 200: z.strictObject({ items: z.array(Recommendation) }) },
  problems: ['product-not-found'],
  cacheable: true,
});
