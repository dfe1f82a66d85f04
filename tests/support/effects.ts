import { expect } from 'vitest';
import type { TestDatabase } from './database.ts';
import { guest, type Reply, type Shop } from './shop.ts';

/** The mail that tells of an event, where there always is one. */
const mailOf: Record<string, string> = {
  'order.created.v1': 'order-received',
  'order.paid.v1': 'receipt',
  'order.shipped.v1': 'shipped',
  'order.cancelled.v1': 'cancelled',
  'payment.refunded.v1': 'refunded',
};
/** What an event counts as in the sales. */
const factOf: Record<string, string> = {
  'order.created.v1': 'placed',
  'order.paid.v1': 'paid',
  'payment.refunded.v1': 'refunded',
};

/** What was counted in each place that has to agree with the others. */
export interface Counts {
  orders: { orders: number; events: number; mails: number; facts: number };
  payments: { payments: number; events: number; mails: number; facts: number };
  refunds: { refunds: number; events: number; mails: number; facts: number };
  /** Pieces that orders hold, and those that were taken and not given back. */
  pieces: { held: number; moved: number };
}

/** Counts what came of the orders that were placed in this database; those of the seed have no events. */
export async function countEffects({ query }: Pick<TestDatabase, 'query'>): Promise<Counts> {
  const [row] = await query<{ counts: Counts }>(`
    with mine as (select * from orders where id::text in (select event->>'subject' from outbox where type = 'order.created.v1')),
         events as (select type, count(*) from outbox group by type),
         mails as (select kind, count(*) from notifications where order_id in (select id from mine) and status <> 'pending' group by kind),
         facts as (select kind, count(*) from sales_facts where order_id in (select id from mine) group by kind)
    select json_build_object(
      'orders', json_build_object('orders', (select count(*) from mine), ${columns('order.created.v1')}),
      'payments', json_build_object(
        'payments', (select count(*) from payments where status = 'succeeded' and order_id in (select id from mine)), ${columns('order.paid.v1')}),
      'refunds', json_build_object(
        'refunds', (select count(*) from refunds where status = 'succeeded' and order_id in (select id from mine)), ${columns('payment.refunded.v1')}),
      'pieces', json_build_object(
        'held', (select coalesce(sum(quantity), 0) from order_items i join mine o on o.id = i.order_id where o.status not in ('cancelled', 'expired', 'refunded')),
        'moved', (select coalesce(-sum(delta), 0) from stock_movements where order_id in (select id from mine)))) as counts`);
  return row?.counts as Counts;
}

const columns = (type: string) => `
  'events', coalesce((select count from events where type = '${type}'), 0),
  'mails', coalesce((select count from mails where kind = '${mailOf[type]}'), 0),
  'facts', coalesce((select count from facts where kind = '${factOf[type]}'), 0)`;

/** The events that did not have their effects once each, and what was sent for no event; empty where all agree. */
export async function disagreements({ query }: Pick<TestDatabase, 'query'>): Promise<string[]> {
  const rows = await query<{ fault: string }>(
    `select o.type || ' ' || o.id || ' has ' || count(n.id) || ' mails' as fault
       from outbox o join jsonb_each_text($1) m on m.key = o.type
       left join notifications n on n.event_id = o.id::text and n.kind = m.value and n.status <> 'pending'
      group by o.id having count(n.id) <> 1
     union all
     select o.type || ' ' || o.id || ' is counted ' || count(f.event_id) || ' times'
       from outbox o join jsonb_each_text($2) m on m.key = o.type
       left join sales_facts f on f.event_id = o.id and f.kind = m.value
      group by o.id having count(f.event_id) <> 1
     union all
     select 'of ' || told.product_id || ' ' || coalesce(s.pieces, 0) || ' pieces are counted as sold, and events tell of ' || told.pieces
       from (select item->>'productId' as product_id, sum((item->>'quantity')::integer) as pieces
               from outbox, jsonb_array_elements(event->'data'->'items') item where type = 'order.paid.v1' group by 1) told
       left join (select product_id::text, sum(pieces) as pieces from product_sales group by 1) s using (product_id)
      where s.pieces is distinct from told.pieces
     union all
     select 'a mail ' || kind || ' is ' || status || ': ' || coalesce(reason, '') from notifications where status in ('pending', 'failed')
     union all
     select consumer || ' failed at ' || event_id || ': ' || error from consumer_failures
     union all
     select 'a dead letter in ' || queue || ': ' || (body::json ->> 'detail-type') from aws.messages where queue like '%DeadLetters'
     union all
     select 'not published: ' || type from outbox where published_at is null`,
    [mailOf, factOf],
  );
  return rows.map(({ fault }) => fault);
}

/** Lots of a product that no order of the seed has. @returns its id */
export async function stockUp({ query }: Pick<TestDatabase, 'query'>): Promise<string> {
  const [row] = await query<{ id: string }>(`update products set stock = 100000 where slug = 'skylark-kite' returning id`);
  if (!row) throw new Error('The seed has no skylark-kite');
  return row.id;
}

/** Everything agrees: no event without its effects or with too many, and as many of each as there are orders, payments, refunds and pieces. */
export async function expectAgreement(
  database: TestDatabase,
  { orders, payments, refunds }: { orders: number; payments: number; refunds: number },
) {
  expect(await disagreements(database)).toEqual([]);
  const counts = await countEffects(database);
  expect(counts).toMatchObject({
    orders: { orders, events: orders, mails: orders, facts: orders },
    payments: { payments, events: payments, mails: payments, facts: payments },
    refunds: { refunds, events: refunds, mails: refunds, facts: refunds },
  });
  expect(counts.pieces.moved).toBe(counts.pieces.held);
}

/** An order as far as it should go: placed only, paid, cancelled, or paid and refunded. */
export async function order(
  shop: Pick<Shop, 'call'>,
  productId: string,
  upTo: 'placed' | 'paid' | 'cancelled' | 'refunded',
): Promise<string> {
  const buyer = guest(shop);
  const expectOk = ({ status, text }: Reply) => expect([200, 201], text).toContain(status);
  const placed = await buyer.order([{ productId, quantity: 2 }]);
  expectOk(placed);
  if (upTo === 'paid' || upTo === 'refunded') {
    const intent = await buyer.intent(placed.body);
    expectOk(intent);
    expectOk(await buyer.confirm(placed.body, intent.body.id, 'pm_card_visa'));
  }
  if (upTo === 'cancelled' || upTo === 'refunded') expectOk(await buyer.cancel(placed.body));
  return placed.body.id;
}
