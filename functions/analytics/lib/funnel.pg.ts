import { begunCarts } from '#functions/cart/lib/begun-carts.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import { together } from '#platform/db/together.ts';

/** How many there were. */
export interface Funnel {
  views: number;
  carts: number;
  orders: number;
  paid: number;
}

/**
 * Counts by hours: those from `from` up to `until`, both full hours. Carts that are not rolled up yet are counted where they are, and they are those
 * of some minutes.
 */
export async function selectFunnel(sql: Sql, from: Date, until: Date): Promise<Funnel> {
  const [row] = await sql<Funnel>(
    `select coalesce(sum(views), 0)::bigint as views,
            coalesce(sum(carts), 0)::bigint
              + (select count(*) from analytics_marks, lateral (${begunCarts('greatest(carts_counted_until, $1)', '$2::timestamptz')}) as begun) as carts,
            (select coalesce(sum(placed), 0)::bigint from sales_totals where step = 'hour' and start >= $1 and start < $2) as orders,
            (select coalesce(sum(paid), 0)::bigint from sales_totals where step = 'hour' and start >= $1 and start < $2) as paid
       from funnel_hours where hour >= $1::timestamptz and hour < $2`,
    [from, until],
  );
  return row ?? { views: 0, carts: 0, orders: 0, paid: 0 };
}

/**
 * Counts the carts that began up to an instant and are not counted yet into their hours. Two runs at once count nothing twice: the second waits for the
 * mark, and begins where the first ended.
 * @returns how many there were
 */
export async function rollUpCarts(sql: Sql, until: Date): Promise<number> {
  const [row] = await together<{ carts: number }>(
    sql,
    {
      mark: () => 'select carts_counted_until as since from analytics_marks for update',
      begun: (bind) =>
        `select date_trunc('hour', begun_at, 'UTC') as hour, count(*) as carts
           from mark, lateral (${begunCarts('since', `${bind(until)}::timestamptz`)}) as begun group by 1`,
      counted: () =>
        `insert into funnel_hours as f (hour, slot, carts) select hour, 0, carts from begun order by hour
         on conflict (hour, slot) do update set carts = f.carts + excluded.carts`,
      moved: (bind) => `update analytics_marks set carts_counted_until = ${bind(until)} from mark where since < ${bind(until)}`,
    },
    'select coalesce(sum(carts), 0)::integer as carts from begun',
  );
  return row?.carts ?? 0;
}

/** Puts the slots of hours that are over together into one. Of hours long ago too, for a month: an event may be that late. */
export async function joinSlots(sql: Sql, before: Date): Promise<number> {
  const [row] = await together<{ joined: number }>(
    sql,
    {
      slots: (bind) =>
        `delete from funnel_hours where hour >= ${bind(before)}::timestamptz - interval '31 days' and hour < ${bind(before)} and slot > 0 returning *`,
      joined: () =>
        `insert into funnel_hours as f (hour, slot, views, carts) select hour, 0, sum(views), sum(carts) from slots group by hour order by hour
         on conflict (hour, slot) do update set views = f.views + excluded.views, carts = f.carts + excluded.carts`,
    },
    'select count(*)::integer as joined from slots',
  );
  return row?.joined ?? 0;
}
