import type { Sql } from '#platform/db/sql.ts';
import { lockSales } from './sales.pg.ts';

/**
 * Forgets what was counted of events that the database has no more: after a restore the stream still brings events of orders that were lost. The
 * totals of their minutes, hours and days are added up anew from the facts that are left.
 * @param sql in a transaction
 * @param since facts from before are left alone: the outbox keeps its events for seven days, and a seed's facts have none
 * @returns how many facts were forgotten
 */
export async function forgetLostSales(sql: Sql, since: Date): Promise<number> {
  await lockSales(sql);
  const [row] = await sql<{ lost: number; instants: string[] | null }>(
    `with lost as (
       delete from sales_facts f where at >= $1 and not exists (select from outbox where outbox.id = f.event_id) returning at)
     select count(*)::integer as lost, json_agg(distinct at) as instants from lost`,
    [since],
  );
  if (row?.instants) await addUpAnew(sql, row.instants);
  return row?.lost ?? 0;
}

/** By the rules of `addFacts`: a buyer counts once in a step, with the first order in it; a refund that failed after all counts nothing. */
async function addUpAnew(sql: Sql, instants: readonly string[]): Promise<void> {
  await sql(
    `with steps as (
       select distinct step, date_trunc(step, at, 'UTC') as start, length
         from unnest($1::timestamptz[]) as at
        cross join (values ('minute', interval '1 minute'), ('hour', interval '1 hour'), ('day', interval '24 hours')) as lengths (step, length)),
     facts as (
       select step, start, fact.* from steps join sales_facts fact on fact.at >= start and fact.at < start + length
        where kind <> 'refunded'
           or not exists (select from sales_facts failed where failed.refund_id = fact.refund_id and failed.kind = 'refund-failed')),
     buyers as (
       select step, start, currency, count(*) as buyers
         from (select distinct on (step, start, buyer) step, start, currency from facts where kind = 'paid' order by step, start, buyer, at) first
        group by step, start, currency),
     counted as (
       select step, start, currency,
              count(*) filter (where kind = 'placed') as placed, count(*) filter (where kind = 'paid') as paid,
              coalesce(sum(amount) filter (where kind = 'paid'), 0) as revenue, coalesce(sum(amount) filter (where kind = 'refunded'), 0) as refunded
         from facts group by step, start, currency),
     gone as (
       delete from sales_totals total using steps
        where total.step = steps.step and total.start = steps.start
          and not exists (select from counted c where c.step = total.step and c.start = total.start and c.currency = total.currency))
     update sales_totals total
        set placed = c.placed, paid = c.paid, buyers = coalesce(b.buyers, 0), revenue = c.revenue, refunded = c.refunded
       from counted c left join buyers b using (step, start, currency)
      where total.step = c.step and total.start = c.start and total.currency = c.currency`,
    [instants],
  );
}
