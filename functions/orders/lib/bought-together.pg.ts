import type { Sql } from '#platform/db/sql.ts';
import { soldStates } from './order-states.ts';

// Of each product only its latest orders are read, and of all orders a sample: both take as long at ten thousand orders as at ten million.

/** Of a product, so many sold orders count; and so many of its orders are looked at for them, for it may have many that nobody paid. */
const latest = { sold: 500, seen: 2_000 };
/** Shares are taken from so many of the latest orders, and from about as many of all. */
const sample = 10_000;
/** In so many days, an order loses half of its weight. */
const halfLifeDays = 180;

const sold = `status in (${soldStates.map((state) => `'${state}'`).join(', ')})`;
/** Whose order it is: one person with ten orders is one buyer. */
const buyer = 'coalesce(o.user_id::text, lower(o.email))';
const weightAt = (now: string) =>
  `power(2, least(0, -extract(epoch from ${now}::timestamptz - o.created_at)::float8 / (86400 * ${halfLifeDays})))`;

/**
 * What was bought together with each of these products, in its latest 500 orders that were paid and not given back. A buyer counts once for
 * another product, by the latest order with both; an order weighs less the older it is. Locks nothing, waits for nobody.
 * @returns each of the products, also those that nothing was bought with; with what a single buyer bought with it in the sums alone
 */
export function selectBoughtTogether(
  sql: Sql,
  productIds: readonly string[],
  now: Date,
): Promise<{ productId: string; weight: number; buyers: number; others: { id: string; weight: number; buyers: number }[] }[]> {
  return sql(
    `select this.id as "productId", coalesce(sum(other.weight), 0)::float8 as weight, coalesce(sum(other.buyers), 0)::integer as buyers,
            coalesce(json_agg(json_build_object('id', other.id, 'weight', other.weight, 'buyers', other.buyers)) filter (where other.buyers > 1), '[]') as others
       from unnest($1::uuid[]) as this (id)
       left join lateral (
         select id, sum(weight) as weight, count(*) as buyers from (
           select i.product_id as id, bought.buyer, max(bought.weight) as weight
             from (select o.id, ${buyer} as buyer, ${weightAt('$2')} as weight
                     from (select order_id from order_items where product_id = this.id order by order_id desc limit ${latest.seen}) seen
                     join orders o on o.id = seen.order_id and o.${sold}
                    order by o.id desc limit ${latest.sold}) bought
             join order_items i on i.order_id = bought.id and i.product_id <> this.id
            group by i.product_id, bought.buyer) by_buyer
          group by id) other on true
      group by this.id`,
    [productIds, now],
  );
}

/**
 * Which share each product has of everything that is bought in orders of more than one product (alone, a product says nothing of what goes with it):
 * the larger one of its share lately and of its share all along, so that neither Christmas itself nor the memory of it makes pairs. From samples
 * that are the same as long as the orders are.
 */
export async function selectShares(sql: Sql, now: Date): Promise<{ shareOf: (productId: string) => number }> {
  const rows = await sql<{ product_id: string; share: number; least: number }>(
    `with sampled as materialized (
       (select 'lately' as sample, o.id, ${buyer} as buyer, 1::float8 as weight, o.status from orders o order by o.created_at desc, o.id desc limit ${sample})
       union all
       select 'all along', o.id, ${buyer}, ${weightAt('$1')}, o.status
         from orders o tablesample system ((select least(100, 100.0 * ${sample} / greatest(1, reltuples)) from pg_class where oid = 'orders'::regclass)) repeatable (1)),
     line as (
       select s.sample, i.product_id, s.buyer, max(s.weight) as weight
         from sampled s join lateral (select product_id, count(*) over () as lines from order_items where order_id = s.id) i on i.lines > 1
        where s.${sold} group by 1, 2, 3),
     total as (select sample, sum(weight) as weight from line group by sample)
     select product_id, max(share) as share, min(least) as least from (
       select line.product_id, (sum(line.weight) + 1) / (total.weight + 1) as share, 1 / (total.weight + 1) as least
         from line join total using (sample) group by line.product_id, total.sample, total.weight) by_sample
      group by product_id`,
    [now],
  );
  const shares = new Map(rows.map(({ product_id, share }) => [product_id, share]));
  const least = rows.reduce((smallest, row) => Math.min(smallest, row.least), 1);
  // One that is in neither sample is as rare as can be told.
  return { shareOf: (productId) => shares.get(productId) ?? least };
}
