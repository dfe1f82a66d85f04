import { anySlot } from '#platform/db/slots.ts';
import type { Sql } from '#platform/db/sql.ts';
import { together } from '#platform/db/together.ts';

/**
 * Counts one view of each product that is on the shelf, by one statement: for the product on this day, and for the funnel in this hour. Rows of a
 * slot are raised in one order (the hour, then the products by id), so that two beacons never wait for each other.
 */
export async function countViews(sql: Sql, productIds: readonly string[], now: Date): Promise<void> {
  await together(
    sql,
    {
      at: (bind) => `select ${bind(now)}::timestamptz as now, ${bind(anySlot())}::smallint as slot`,
      seen: (bind) => `select id from products where id = any(${bind(productIds)}::uuid[]) and archived_at is null`,
      hour: () =>
        `insert into funnel_hours as f (hour, slot, views)
           select date_trunc('hour', now, 'UTC'), slot, count(*) from at, seen group by now, slot
         on conflict (hour, slot) do update set views = f.views + excluded.views
         returning hour`,
      products: () =>
        `insert into product_views as v (day, product_id, slot, views)
           select date_trunc('day', now, 'UTC'), id, slot, 1 from at, seen where exists (select from hour) order by id
         on conflict (day, product_id, slot) do update set views = v.views + 1`,
    },
    'select from at',
  );
}
