/** The comparisons of tests/support/agreement.ts find what they are for: each is shown a database in which just that is wrong. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compared, contradictionsIn, type Start, startOf } from '#tests/support/agreement.ts';
import { order } from '#tests/support/effects.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { brokenPromises, newLedger } from '#tests/support/traffic-ledger.ts';

let shop: Shop;
let start: Start;
let client: pg.Client;
beforeAll(async () => {
  shop = await startShop({}, { pumps: true });
  start = await startOf(shop.database.query);
  const [product] = await shop.database.query<{ id: string }>('select id from products where stock >= 60 order by id limit 1');
  for (const upTo of ['placed', 'paid', 'cancelled', 'refunded'] as const) await order(shop, product?.id ?? '', upTo);
  await shop.pumps.settled();
  client = new pg.Client({ connectionString: shop.database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await shop.end();
});

const paid = `(select id from orders where status = 'paid' and created_at > now() - interval '10 minutes' limit 1)`;
const eventOf = (type: string) => `(select id from outbox where type = '${type}' limit 1)`;
const copyOf = (table: string, changes: string, where: string) =>
  `insert into ${table} select (jsonb_populate_record(t, ${changes})).* from ${table} t where ${where} limit 1`;

/** What makes each sentence true. */
const wrongs: Record<string, string> = {
  'an order without its event': `delete from outbox where type = 'order.created.v1' and event->>'subject' = ${paid}::text`,
  'an order without items or history': `delete from order_history where order_id = ${paid}`,
  'an order with two events that it was placed, or two that it was paid': copyOf(
    'outbox',
    `jsonb_build_object('id', gen_random_uuid())`,
    `type = 'order.paid.v1'`,
  ),
  'a paid order without its payment or event': `update payments set status = 'canceled' where order_id = ${paid}`,
  'a payment that succeeded without a paid order': `update orders set status = 'pending_payment' where id = ${paid}`,
  'an order that was paid twice': copyOf(
    'payments',
    `jsonb_build_object('id', gen_random_uuid(), 'intent_id', 'pi_again', 'client_secret', 'again')`,
    `order_id = ${paid}`,
  ),
  'a charge at the provider of no payment, of a closed one, or of another amount': `update mock_intents set amount = amount + 1 where status = 'succeeded'`,
  'a payment that the provider never charged': `update mock_intents set status = 'canceled' where id in (select intent_id from payments where order_id = ${paid})`,
  'an event of an order that is not there': `update outbox set event = jsonb_set(event, '{subject}', to_jsonb(gen_random_uuid())) where id = ${eventOf('order.paid.v1')}`,
  'stock that was taken for no order, or not for one': `update stock_movements set delta = delta - 1 where order_id = ${paid}`,
  'a product whose movements do not add up to its stock': 'update products set stock = stock + 1 where stock >= 60',
  'an event that is not published': `update outbox set published_at = null where id = ${eventOf('order.paid.v1')}`,
  'an event that its mail does not tell of once': copyOf(
    'notifications',
    `jsonb_build_object('id', gen_random_uuid(), 'recipient', 'somebody@else.example')`,
    `kind = 'receipt' and event_id is not null`,
  ),
  'a mail of no event': `update notifications set event_id = gen_random_uuid()::text where kind = 'receipt' and event_id is not null`,
  'a mail that is not sent': `update notifications set status = 'failed' where kind = 'receipt' and event_id is not null`,
  'an event that sales do not count': `delete from sales_facts where event_id = ${eventOf('order.paid.v1')}`,
  'a sale of no event': copyOf(
    'sales_facts',
    `jsonb_build_object('event_id', gen_random_uuid())`,
    `kind = 'paid' and at > now() - interval '10 minutes'`,
  ),
  'an event handled that is not there': `insert into inbox (consumer, event_id, handled_at) values ('notify-people', gen_random_uuid()::text, now())`,
  'pieces counted as sold that events do not tell of, or not so many': `update product_sales set pieces = pieces + 1 where (day, product_id) = (select day, product_id from product_sales order by day desc limit 1)`,
  'totals that are not the sum of their sales': `update sales_totals set paid = paid + 1 where step = 'minute' and start > now() - interval '10 minutes'`,
  'an hour or a day that is not the sum of its minutes': `update sales_totals set paid = paid + 1 where step = 'day'`,
};

it('All agree after an order of each kind', async () => {
  expect(await contradictionsIn(shop.database.query, start)).toEqual([]);
});

it('Each comparison has a database that is wrong in just its way', () => {
  expect(Object.keys(wrongs)).toEqual(compared);
});

it.each(Object.entries(wrongs))('%s is found', async (what, statement) => {
  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    client.query<Row & pg.QueryResultRow>(text, values).then(({ rows }) => rows as Row[]);
  await query('begin');
  await query(statement);
  const found = await contradictionsIn(query, start).finally(() => query('rollback'));
  expect(found.filter((fault) => fault.startsWith(what))).toHaveLength(1);
});

it('What shoppers were told is held against what is there: an order that is lost, one that is not paid, and one too many', async () => {
  const rows = await shop.database.query<{ id: string; status: string }>(
    `select id, status from orders where email = 'ada@example.com' and created_at > now() - interval '10 minutes'`,
  );
  const idOf = (status: string) => rows.find((row) => row.status === status)?.id ?? '';
  const broken = (orders: [string, { paid: boolean }][], keys: number) =>
    brokenPromises(
      shop.database.query,
      { ...newLedger(), orders: new Map(orders), orderKeys: new Set(Array.from({ length: keys }, (_, n) => String(n))) },
      'ada@example.com',
    );
  const all = await shop.database.query(`select id from orders where email like '%ada@example.com'`);
  expect(
    await broken(
      [
        [idOf('paid'), { paid: true }],
        [idOf('pending_payment'), { paid: false }],
      ],
      all.length,
    ),
  ).toEqual([]);
  expect(await broken([['01a00000-0000-7000-8000-000000000000', { paid: false }]], all.length)).toEqual([
    expect.stringContaining('is lost'),
  ]);
  expect(await broken([[idOf('pending_payment'), { paid: true }]], all.length)).toEqual([expect.stringContaining('is pending_payment')]);
  expect(await broken([], all.length - 1)).toEqual([`${all.length} orders were made of ${all.length - 1} that were asked for`]);
});
