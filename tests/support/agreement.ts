import { soldToMadeUp } from '#functions/orders/lib/sold-orders.pg.ts';

/**
 * Whether what the shop wrote in different places agrees, after traffic and whatever went wrong meanwhile. Each statement finds rows that contradict each
 * other; all of them are of traffic, for a seed's rows have no events.
 */

type Query = <Row extends object>(text: string, values: unknown[]) => Promise<Row[]>;

/** What traffic left in each place, for people to look at. */
export interface Left {
  orders: number;
  paid: number;
  movements: number;
  mails: number;
  events: number;
}

/** $1: when traffic began; $2: events that people were told of although they are not there any more (after a restore); $3: pieces sold before. */
const contradictions: Record<string, string> = {
  'an order without its event': `select id from orders o where created_at > $1 and not exists (select from outbox where type = 'order.created.v1' and event->>'subject' = o.id::text)`,
  'an order without items or history': `select id from orders o where not exists (select from order_items where order_id = o.id) or not exists (select from order_history where order_id = o.id)`,
  'an order with two events that it was placed, or two that it was paid': `select event->>'subject' as id from outbox where type in ('order.created.v1', 'order.paid.v1') group by type, event->>'subject' having count(*) > 1`,
  'a paid order without its payment or event': `select id from orders o where created_at > $1 and status = 'paid' and (not exists (select from payments where order_id = o.id and status = 'succeeded') or not exists (select from outbox where type = 'order.paid.v1' and event->>'subject' = o.id::text))`,
  'a payment that succeeded without a paid order': `select p.id from payments p join orders o on o.id = p.order_id where p.status = 'succeeded' and o.status = 'pending_payment'`,
  'an order that was paid twice': `select order_id as id from payments where status = 'succeeded' group by order_id having count(*) > 1`,
  // A charge may be unknown to the shop for a while, when a process died or a store was away in between: its payment is still open then, and is asked about
  // when it is confirmed again, by a webhook, or at the latest when the order expires.
  'a charge at the provider of no payment, of a closed one, or of another amount': `
    select i.id from mock_intents i left join payments p on p.intent_id = i.id and p.status <> 'canceled' and p.amount = i.amount and p.currency = i.currency
     where i.status = 'succeeded' and i.created_at > $1 and p.id is null`,
  'a payment that the provider never charged': `
    select p.id from payments p left join mock_intents i on i.id = p.intent_id and i.status = 'succeeded'
     where p.status = 'succeeded' and p.created_at > $1 and p.provider = 'mock' and i.id is null`,
  'an event of an order that is not there': `select id from outbox where type like 'order.%' and not exists (select from orders where id::text = event->>'subject')`,
  'stock that was taken for no order, or not for one': `
    select o.id from orders o
     where created_at > $1
       and (select coalesce(sum(case when o.status in ('cancelled', 'expired', 'refunded')
                                       or exists (select from stock_movements where order_id = o.id and reason = '${soldToMadeUp}') then 0 else quantity end), 0)
              from order_items where order_id = o.id)
        <> (select coalesce(-sum(delta), 0) from stock_movements where order_id = o.id)`,
  'a product whose movements do not add up to its stock': `
    select p.id from products p where p.stock <> (select coalesce(sum(delta), 0) from stock_movements where product_id = p.id)`,
  'an event that is not published': 'select id from outbox where published_at is null',
  'an event that its mail does not tell of once': `
    select o.id from outbox o
      join (values ('order.created.v1', 'order-received'), ('order.paid.v1', 'receipt'), ('order.cancelled.v1', 'cancelled'), ('payment.refunded.v1', 'refunded')) m (type, kind) using (type)
     where (select count(*) from notifications where event_id = o.id::text and kind = m.kind and status = 'sent') <> 1 and not (o.id::text = any($2))`,
  'a mail of no event': `select id from notifications n where created_at > $1 and event_id is not null and not exists (select from outbox where id::text = n.event_id)`,
  'a mail that is not sent': `select id from notifications where status in ('pending', 'failed')`,
  'an event that sales do not count': `select id from outbox o where type in ('order.created.v1', 'order.paid.v1') and not exists (select from sales_facts where event_id = o.id)`,
  'a sale of no event': 'select event_id as id from sales_facts f where at > $1 and not exists (select from outbox where id = f.event_id)',
  // A decline is noted under a name of the provider's, which is no event's id.
  'an event handled that is not there': `select event_id as id from inbox where handled_at > $1 and consumer <> 'payment-declines' and not exists (select from outbox where id::text = event_id)`,
  'pieces counted as sold that events do not tell of, or not so many': `
    select coalesce(told.product_id, sold.product_id) as id
      from (select item->>'productId' as product_id, sum((item->>'quantity')::integer) as pieces
              from outbox, jsonb_array_elements(event->'data'->'items') item where type = 'order.paid.v1' and created_at > $1 group by 1) told
      full join (select product_id::text, sum(pieces) - coalesce(($3::jsonb->>product_id::text)::integer, 0) as pieces from product_sales group by product_sales.product_id) sold using (product_id)
     where coalesce(told.pieces, 0) <> coalesce(sold.pieces, 0)`,
  'totals that are not the sum of their sales': `
    select t.start::text || ' ' || t.currency as id
      from sales_totals t
     cross join lateral (
       select count(*) filter (where kind = 'placed') as placed, count(*) filter (where kind = 'paid') as paid,
              coalesce(sum(amount) filter (where kind = 'paid'), 0) as revenue, count(distinct buyer) filter (where kind = 'paid') as buyers
         from sales_facts f where f.at >= t.start and f.at < t.start + interval '1 minute' and f.currency = t.currency) f
     where t.step = 'minute' and t.start > $1::timestamptz - interval '1 minute' and (t.placed, t.paid, t.revenue, t.buyers) is distinct from (f.placed, f.paid, f.revenue, f.buyers)`,
  'an hour or a day that is not the sum of its minutes': `
    select t.step || ' ' || t.start::text as id
      from sales_totals t
      join (select steps.step, date_trunc(steps.step, start, 'UTC') as start, currency, sum(placed) as placed, sum(paid) as paid, sum(revenue) as revenue
              from sales_totals cross join (values ('hour'), ('day')) as steps (step) where sales_totals.step = 'minute' group by 1, 2, 3) m
        on m.step = t.step and m.start = t.start and m.currency = t.currency
     where (t.placed, t.paid, t.revenue) is distinct from (m.placed, m.paid, m.revenue)`,
};

/** What is compared, in words: each sentence is what must not be. */
export const compared: readonly string[] = Object.keys(contradictions);

/** Where traffic begins: for what can only be compared with how it was before. */
export interface Start {
  since: Date;
  /** Pieces that were counted as sold, by product. */
  sold: Record<string, number>;
}

export async function startOf(query: Query): Promise<Start> {
  const rows = await query<{ id: string; pieces: number }>(
    'select product_id as id, sum(pieces)::integer as pieces from product_sales group by product_id',
    [],
  );
  return { since: new Date(), sold: Object.fromEntries(rows.map(({ id, pieces }) => [id, pieces])) };
}

/**
 * What contradicts itself in the database, after everything has settled; empty where all agrees.
 * @param told events that people were told of before a restore took them away
 */
export async function contradictionsIn(query: Query, { since, sold }: Start, told: readonly string[] = []): Promise<string[]> {
  const faults: string[] = [];
  for (const [what, statement] of Object.entries(contradictions)) {
    // Every statement gets all values: one that uses some of them alone would leave the others' types open.
    const text = `with given as (select $1::timestamptz, $2::text[], $3::jsonb) ${statement}`;
    const rows = await query<{ id: string }>(text, [since, told, JSON.stringify(sold)]);
    if (rows.length > 0) faults.push(`${what}: ${rows.length}, such as ${rows[0]?.id}`);
  }
  return faults;
}

/** How much traffic left. */
export async function leftIn(query: Query, since: Date): Promise<Left> {
  const [left] = await query<Left>(
    `select (select count(*) from orders where created_at > $1)::integer as orders,
            (select count(*) from payments where status = 'succeeded' and created_at > $1)::integer as paid,
            (select count(*) from stock_movements where order_id is not null and at > $1)::integer as movements,
            (select count(*) from notifications where status = 'sent' and created_at > $1)::integer as mails,
            (select count(*) from outbox where created_at > $1)::integer as events`,
    [since],
  );
  return left as Left;
}

/** Lots of everything that the seed has plenty of, with the movements that say so: traffic should not sell the shop out. @returns the products' ids */
export async function stockUpAll(query: Query): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `with more as (update products set stock = stock + 100000 where stock >= 60 and archived_at is null returning id)
     insert into stock_movements (id, product_id, delta, reason, actor, at)
     select gen_random_uuid(), id, 100000, 'restocked', 'load', now() from more returning product_id as id`,
    [],
  );
  return rows.map(({ id }) => id).sort();
}
