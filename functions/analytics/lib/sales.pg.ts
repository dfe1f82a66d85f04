import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import type { SaleFact } from './sale-fact.ts';
import type { SalesStep } from './sales-steps.ts';
import type { Total } from './sales-totals.ts';

/**
 * Waits until no other transaction writes sales, until this one ends. With it, what the statements after it read stays true until they have
 * written: a buyer is new to an hour, a minute has nothing more to tell. Call it first, as a statement of its own.
 */
export async function lockSales(sql: Sql): Promise<void> {
  await sql("select pg_advisory_xact_lock(hashtextextended('sales', 0))");
}

/**
 * Keeps the facts that are not known yet, and adds them to the totals of their minutes, hours and days: the same facts again change nothing. The
 * cost depends on the number of facts given, not on how many there are.
 * - Somebody counts as a buyer of a step with their first order in it, by the index of facts by buyer.
 * - A refund counts in the minute of its success, unless it failed after all; either may come first.
 * @param sql in a transaction that has the lock (`lockSales`)
 * @param quiet their minutes are not to be told of: a seed's
 * @returns how many facts were new
 */
export async function addFacts(sql: Sql, facts: readonly SaleFact[], { quiet = false } = {}): Promise<number> {
  const [row] = await sql<{ added: number }>(
    `with given as (
       select distinct on (event_id) * from jsonb_to_recordset($1::jsonb)
         as fact (event_id uuid, kind text, at timestamptz, order_id uuid, refund_id uuid, currency text, amount bigint, buyer text)
        order by event_id),
     fresh as (
       insert into sales_facts (event_id, kind, at, order_id, refund_id, currency, amount, buyer)
         select event_id, kind, at, order_id, refund_id, currency, amount, buyer from given on conflict do nothing
         returning kind, at, refund_id, currency, amount, buyer),
     steps (step, length) as (values ('minute', interval '1 minute'), ('hour', interval '1 hour'), ('day', interval '24 hours')),
     -- \`sales_facts\` is here as it was before this statement: without the fresh ones.
     refunds as (
       select at, currency, amount from fresh
        where kind = 'refunded'
          and not exists (select from fresh as failed where failed.refund_id = fresh.refund_id and failed.kind = 'refund-failed')
          and not exists (select from sales_facts as failed where failed.refund_id = fresh.refund_id and failed.kind = 'refund-failed')
       union all
       select counted.at, counted.currency, -counted.amount from fresh
         join sales_facts as counted on counted.refund_id = fresh.refund_id and counted.kind = 'refunded'
        where fresh.kind = 'refund-failed'),
     purchases as (
       select step, date_trunc(step, at, 'UTC') as start, length, currency, buyer from fresh cross join steps where kind = 'paid'),
     buyers as (
       select distinct on (step, start, buyer) step, start, currency from purchases
        where not exists (
          select from sales_facts as earlier
           where earlier.kind = 'paid' and earlier.buyer = purchases.buyer
             and earlier.at >= purchases.start and earlier.at < purchases.start + purchases.length)
        order by step, start, buyer, currency),
     changes as (
       select step, date_trunc(step, at, 'UTC') as start, currency, (kind = 'placed')::integer as placed, (kind = 'paid')::integer as paid,
              0 as buyers, case when kind = 'paid' then amount else 0 end as revenue, 0 as refunded
         from fresh cross join steps where kind in ('placed', 'paid')
       union all
       select step, start, currency, 0, 0, 1, 0, 0 from buyers
       union all
       select step, date_trunc(step, at, 'UTC'), currency, 0, 0, 0, 0, amount from refunds cross join steps),
     totals as (
       insert into sales_totals as total (step, start, currency, placed, paid, buyers, revenue, refunded)
         select step, start, currency, sum(placed), sum(paid), sum(buyers), sum(revenue), sum(refunded) from changes group by step, start, currency
         on conflict (step, start, currency) do update
            set placed = total.placed + excluded.placed, paid = total.paid + excluded.paid, buyers = total.buyers + excluded.buyers,
                revenue = total.revenue + excluded.revenue, refunded = total.refunded + excluded.refunded),
     to_close as (
       insert into sales_minutes_to_close (start)
         select distinct date_trunc('minute', at, 'UTC') from fresh where kind = 'paid' and not $2 on conflict do nothing)
     select count(*)::integer as added from fresh`,
    [JSON.stringify(facts), quiet],
  );
  return row?.added ?? 0;
}

/** The totals of steps, those without any left out, in order. @param starts of steps that follow each other */
export async function selectTotals(sql: Sql, step: SalesStep, starts: readonly Date[]): Promise<Total[]> {
  return sql<Total>(
    `select start, currency, paid, buyers, revenue, refunded from sales_totals
      where step = $1 and start between $2 and $3 order by start, currency`,
    [step, starts[0], starts.at(-1)],
  );
}

/**
 * Takes minutes off the list of those to close, oldest first, and gives their totals.
 * @param sql in a transaction that has the lock (`lockSales`)
 * @param until minutes that have ended by then
 */
export async function takeMinutesToClose(sql: TransactionSql, until: Date, limit: number): Promise<Total[]> {
  return sql<Total>(
    `with closed as (
       delete from sales_minutes_to_close where start in (
         select start from sales_minutes_to_close where start <= $1::timestamptz - interval '1 minute' order by start limit $2)
       returning start)
     select start, currency, paid, buyers, revenue, refunded from closed join sales_totals using (start)
      where step = 'minute' order by start, currency`,
    [until, limit],
  );
}
