import * as z from 'zod/mini';
import { defineEvent } from '#platform/events/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { Instant } from '#platform/http/schemas.ts';
import { Money } from '#platform/money.ts';
import { countSteps, mostSteps, salesSteps } from './sales-steps.ts';

/** An instant in a query, with its offset. */
export const Moment = z.iso.datetime({
  offset: true,
  error: 'must be an instant with its offset, such as 2026-11-26T00:00:00Z (in a URL, write + as %2B)',
});

/** For a query with `from` and `to`. */
export const endsAfterItBegins = z.refine<{ from: string; to: string }>(({ from, to }) => Date.parse(from) < Date.parse(to), {
  path: ['to'],
  error: 'must be later than from',
  params: { jsonSchema: {} },
  abort: true,
});

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
