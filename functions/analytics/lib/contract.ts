import * as z from 'zod/mini';
import { SessionId } from '#functions/cart/lib/contract.ts';
import { Product } from '#functions/catalog/lib/contract.ts';
import { defineEvent } from '#platform/events/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { endsAfterItBegins, Instant, longestRange, Moment, paging, Uuid } from '#platform/http/schemas.ts';
import { Money } from '#platform/money.ts';
import { countSteps, mostSteps, salesSteps } from './sales-steps.ts';

/** What was sold in a minute, hour or day of UTC. */
export const Sales = z.strictObject({
  start: Instant,
  /** That were paid in it. */
  orders: z.int(),
  /** Different people, by account or e-mail address, who paid an order in it. */
  buyers: z.int(),
  /** The totals of those orders, by currency. */
  revenue: z.array(Money),
  /** What went back in it, by currency, of whichever orders. */
  refunded: z.array(Money),
});
export type Sales = z.infer<typeof Sales>;

export const readSalesRoute = defineRoute({
  method: 'GET',
  path: '/api/analytics/sales',
  auth: 'admin',
  summary:
    'Sales by minute, hour or day of UTC: every step that the time from `from` to `to` touches, oldest first, also those without sales',
  query: z.strictObject({ from: Moment, to: Moment, step: z.enum(salesSteps) }).check(
    endsAfterItBegins,
    z.refine((range) => countSteps(range) <= mostSteps, {
      path: ['to'],
      error: `makes more than ${mostSteps} steps: take a larger step, or a shorter time`,
      params: { jsonSchema: {} },
    }),
  ),
  answers: { 200: z.strictObject({ items: z.array(Sales) }) },
});

export const getFunnelRoute = defineRoute({
  method: 'GET',
  path: '/api/analytics/funnel',
  auth: 'admin',
  summary:
    'How many product pages were seen, carts begun, orders placed and orders paid, in the hours of UTC that the time from `from` to `to` touches',
  query: z.strictObject({ from: Moment, to: Moment }).check(endsAfterItBegins, longestRange),
  answers: {
    200: z.strictObject({
      /** Of product pages, by people: those of robots that say so are left out. */
      views: z.int(),
      /** That got their first line, once each time that they were empty before. */
      carts: z.int(),
      orders: z.int(),
      /** Orders by when they were paid. */
      paid: z.int(),
    }),
  },
});

export const windowClosed = defineEvent({
  type: 'analytics.window-closed.v1',
  summary: 'a minute with paid orders is over; comes again, with the new numbers, when an order of it becomes known later',
  data: z.strictObject({
    /** The minute, by the orders' own times. */
    windowStart: Instant,
    /** Orders that were paid in it. */
    count: z.int(),
    totalRevenue: z.array(Money),
    uniqueUsers: z.int(),
  }),
});

/** Things that one beacon may name. */
export const maxBeaconIds = 50;

export const recordBeaconRoute = defineRoute({
  method: 'POST',
  path: '/api/beacon',
  auth: 'public',
  summary: 'Count what was seen: product pages, or ads. Ids that are unknown are left out; nothing about the person is kept',
  body: z.strictObject({
    kind: z.enum(['product-view', 'ad-impression']),
    /** A thing named twice counts once. */
    ids: z.array(Uuid).check(z.minLength(1, 'must name at least one'), z.maxLength(maxBeaconIds, `may name at most ${maxBeaconIds}`)),
    /** Checked in form, and not kept. */
    sessionId: z.optional(SessionId),
  }),
  answers: { 204: null },
});

export const popularPeriods = ['day', 'week', 'month'] as const;

export const listPopularProductsRoute = defineRoute({
  method: 'GET',
  path: '/api/analytics/popular-products',
  auth: 'admin',
  summary: 'List the products that sold most pieces: today, or on the last 7 or 30 days with today, in UTC',
  query: z.strictObject({ period: z._default(z.enum(popularPeriods), 'week'), limit: paging.limit }),
  answers: {
    200: z.strictObject({
      items: z.array(
        z.strictObject({
          /** As it is now, also one that is off the shelf. */
          product: Product,
          /** That were paid for, given back or not. */
          pieces: z.int(),
          /** What was paid for them, by currency. */
          revenue: z.array(Money),
        }),
      ),
    }),
  },
});
