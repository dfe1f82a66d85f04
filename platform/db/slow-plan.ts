/**
 * A statement with a really slow plan, for the fault slow-query: it compares `lower(product)`, so the planner cannot use the index on `product`, and
 * reads the whole table once for each of ten products. With `r.product` in its place the same rows come by that index, some hundred times sooner
 * (docs/demo.md has both plans). No setting of the session is touched, so EXPLAIN shows anybody the plan that ran, the Datadog Agent too, and RDS
 * Proxy pins nothing. agents/slow-query.ts fills the table.
 */
export const slowPlan = `select p.product, (select avg(stars) from demo_ratings r where lower(r.product) = p.product) as stars
  from (select 'product-' || n as product from generate_series(1, 10) n) p`;

/** Whether a statement only reads, and tables at that: `select 1` is no page of anybody's. */
export const readsTables = (text: string): boolean =>
  /^\s*(select|with)\b/i.test(text) && /\bfrom\b/i.test(text) && !/\b(insert|update|delete)\b/i.test(text);
