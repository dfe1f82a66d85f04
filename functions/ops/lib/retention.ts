/**
 * How long rows are kept, in days since the moment that `since` names. The one place that says so: `sweep-rows` deletes by it, and
 * docs/retention.md shows it.
 */
export const retention = {
  publishedEvents: { table: 'outbox', days: 7, since: 'the bus took the event' },
  handledEvents: { table: 'inbox', days: 30, since: 'a consumer handled the event' },
  consumerFailures: { table: 'consumer_failures', days: 30, since: 'a consumer last failed at the event' },
  idempotencyKeys: { table: 'idempotency_keys', days: 14, since: 'the first answer' },
  loginAttempts: { table: 'login_attempts', days: 1, since: 'the attempt' },
  endedTokens: { table: 'refresh_tokens', days: 1, since: 'the token ended' },
  orderedCarts: { table: 'carts', days: 30, since: 'the last change of a guest’s cart that was ordered' },
  abandonedCarts: { table: 'carts', days: 90, since: 'the last change of any other guest’s cart' },
  notifications: { table: 'notifications', days: 90, since: 'it was written' },
  salesFacts: { table: 'sales_facts', days: 90, since: 'the sale or refund' },
  productViews: { table: 'product_views', days: 90, since: 'the day on which the product’s page was seen' },
  adFigures: { table: 'ad_figures', days: 400, since: 'the day on which the ad was seen or clicked' },
  adClicks: { table: 'ad_clicks', days: 1, since: 'the click' },
  exchangeRates: { table: 'exchange_rates', days: 800, since: 'the rates began to count; those that count stay' },
  productSales: { table: 'product_sales', days: 400, since: 'the day on which the product was sold' },
  productAffinities: { table: 'product_affinity', days: 400, since: 'the product was trained, as it is after each sale' },
  demoRuns: { table: 'demo_runs', days: 90, since: 'somebody ended the demonstration, or began the next; the last one stays' },
  trafficRuns: { table: 'traffic_runs', days: 90, since: 'the last made-up shoppers were gone' },
} as const satisfies Record<string, { table: string; days: number; since: string }>;
