import type pg from 'pg';
import { request } from '#tests/support/shop.ts';
import { type Accepted, cartVersions, type Due } from './ledger.ts';

/** What shoppers find of what they were told, by HTTP. @returns what is wrong, in words; empty where all is as it should be */
export async function askedByShoppers(url: string, due: Due): Promise<string[]> {
  const faults: string[] = [];
  const paid = new Set(due.there.filter(({ what }) => what === 'payment').map(({ id }) => id));
  const order = ({ id, accessToken = '' }: Accepted) => request(url, `/api/orders/${id}`, { headers: { 'x-order-token': accessToken } });
  for (const each of due.there.filter(({ what }) => what === 'order')) {
    const { status, body } = await order(each);
    if (status !== 200) faults.push(`order ${each.id} was accepted and is lost: ${status}`);
    else if (paid.has(each.id) && body.status !== 'paid') faults.push(`order ${each.id} was paid and is ${body.status}`);
  }
  for (const each of due.gone.filter(({ what }) => what === 'order')) {
    const { status } = await order(each);
    if (status !== 404) faults.push(`order ${each.id} was placed after the instant and answers ${status}`);
  }
  for (const [sessionId, { from, to }] of cartVersions(due)) {
    const { status, body } = await request(url, `/api/cart/${sessionId}`);
    const version = status === 200 ? (body.version as number) : 0;
    if (version < from || version > to)
      faults.push(`cart ${sessionId} has version ${version}, not ${from === to ? from : `${from} to ${to}`}`);
    else if (body.itemCount !== version) faults.push(`cart ${sessionId} has ${body.itemCount} pieces after ${version} that were added`);
  }
  return faults;
}

/** Each finds rows that contradict each other; all of them are of traffic, for a seed's rows have no events. */
const contradictions: Record<string, string> = {
  'an order without its event': `select id from orders o where created_at > $1 and not exists (select from outbox where type = 'order.created.v1' and event->>'subject' = o.id::text)`,
  'an order without items or history': `select id from orders o where not exists (select from order_items where order_id = o.id) or not exists (select from order_history where order_id = o.id)`,
  'a paid order without its payment or event': `select id from orders o where created_at > $1 and status = 'paid' and (not exists (select from payments where order_id = o.id and status = 'succeeded') or not exists (select from outbox where type = 'order.paid.v1' and event->>'subject' = o.id::text))`,
  'a payment that succeeded without a paid order': `select p.id from payments p join orders o on o.id = p.order_id where p.status = 'succeeded' and o.status = 'pending_payment'`,
  'an event of an order that is not there': `select id from outbox where type like 'order.%' and not exists (select from orders where id::text = event->>'subject')`,
  'stock that was taken for no order, or not for one': `select o.id from orders o where created_at > $1 and (select coalesce(sum(quantity), 0) from order_items where order_id = o.id) <> (select coalesce(-sum(delta), 0) from stock_movements where order_id = o.id)`,
  'an event that is not published': 'select id from outbox where published_at is null',
  'an event that its mail does not tell of': `select id from outbox o where type in ('order.created.v1', 'order.paid.v1') and not exists (select from notifications where event_id = o.id::text and status = 'sent') and not (o.id::text = any($2))`,
  'a mail of no event': `select id from notifications n where created_at > $1 and not exists (select from outbox where id::text = n.event_id)`,
  'a mail that is not sent': `select id from notifications where status in ('pending', 'failed')`,
  'an event that sales do not count': `select id from outbox o where type in ('order.created.v1', 'order.paid.v1') and not exists (select from sales_facts where event_id = o.id)`,
  'a sale of no event': 'select event_id as id from sales_facts f where at > $1 and not exists (select from outbox where id = f.event_id)',
  'an event handled that is not there': `select event_id as id from inbox where handled_at > $1 and not exists (select from outbox where id::text = event_id)`,
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

/**
 * What contradicts itself in the database, after everything has settled.
 * @param since the traffic began
 * @param told events that people were told of before the restore
 */
export async function contradictionsIn(client: pg.Client, since: Date, told: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [what, query] of Object.entries(contradictions)) {
    const values = [since, told].slice(0, query.includes('$2') ? 2 : query.includes('$1') ? 1 : 0);
    // A query with $2 alone would leave the type of $1 open.
    const text = query.includes('$2') ? `with given as (select $1::timestamptz, $2::text[]) ${query}` : query;
    const { rows } = await client.query<{ id: string }>(text, values);
    if (rows.length > 0) faults.push(`${what}: ${rows.length}, such as ${rows[0]?.id}`);
  }
  return faults;
}

/** A mail that people got: to whom, about what. */
export interface Delivered {
  to: string;
  subject: string;
}

/** The mails that came more than once, and those that should have come and did not. */
export function wrongMails(delivered: readonly Delivered[], wanted: readonly Delivered[]): { twice: Delivered[]; missing: Delivered[] } {
  const key = ({ to, subject }: Delivered) => `${to} ${subject}`;
  const counts = new Map<string, number>();
  for (const mail of delivered) counts.set(key(mail), (counts.get(key(mail)) ?? 0) + 1);
  const first = new Map(delivered.map((mail) => [key(mail), mail]));
  return {
    twice: [...first].filter(([name]) => (counts.get(name) ?? 0) > 1).map(([, mail]) => mail),
    missing: wanted.filter((mail) => !counts.has(key(mail))),
  };
}
