import { type ProductRow, productColumns } from '#functions/catalog/lib/products.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Currency, Money } from '#platform/money.ts';

/** What was sold of a product, in a currency. */
export interface SoldLine {
  productId: string;
  pieces: number;
  /** Minor units. */
  revenue: number;
}

/** Adds to what was sold on the day of an instant. Rows are raised in id order, so that two orders of the same products never wait for each other. */
export async function addProductSales(sql: Sql, at: string, currency: Currency, lines: readonly SoldLine[]): Promise<void> {
  await sql(
    `insert into product_sales as s (day, product_id, currency, pieces, revenue)
       select date_trunc('day', $1::timestamptz, 'UTC'), product_id, $2, pieces, revenue
         from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as line (product_id, pieces, revenue) order by product_id
     on conflict (day, product_id, currency) do update set pieces = s.pieces + excluded.pieces, revenue = s.revenue + excluded.revenue`,
    [at, currency, lines.map(({ productId }) => productId), lines.map(({ pieces }) => pieces), lines.map(({ revenue }) => revenue)],
  );
}

/** A product with what was sold of it; those off the shelf are among them. */
export interface BestsellerRow extends ProductRow {
  pieces: number;
  revenue: Money[];
}

/**
 * A product can be among the best of a period only if it was among so many on one of its days. Without a bound a month of a large shop would
 * be a million rows. A product that stays below this place on every day is left out, however evenly it sells.
 */
const leadingADay = 100;

/**
 * The products of which most pieces were sold on the last so many days (UTC), the one of `now` included. Reads what led each day, by an index,
 * and those products' other days: as much for a small shop as for one that sells a million products.
 */
export async function selectBestsellers(
  sql: Sql,
  { days, limit, now }: { days: number; limit: number; now: Date },
): Promise<BestsellerRow[]> {
  return sql<BestsellerRow>(
    `with days as materialized (
       select date_trunc('day', $1::timestamptz, 'UTC') - ago * interval '24 hours' as day from generate_series(0, $2 - 1) as ago),
     leading_products as materialized (
       select distinct product_id from days, lateral
         (select product_id from product_sales s where s.day = days.day order by pieces desc limit ${leadingADay}) as leading_that_day),
     best as materialized (
       select product_id, pieces from leading_products l, lateral
         (select sum(s.pieces)::bigint as pieces from days join product_sales s on s.day = days.day and s.product_id = l.product_id) as sold
        order by pieces desc, product_id limit $3)
     select ${productColumns}, best.pieces,
            (select json_agg(json_build_object('amount', amount, 'currency', currency) order by currency)
               from (select s.currency, sum(s.revenue)::bigint as amount
                       from days join product_sales s on s.day = days.day and s.product_id = best.product_id
                      group by s.currency) as sold) as revenue
       from best join products p on p.id = best.product_id left join categories c on c.id = p.category_id
      order by best.pieces desc, p.id`,
    [now, days, limit],
  );
}
