/** The payment provider goes away: orders stay payable, and money that is promised back goes back once, when the provider is there again. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { problemFaults } from '#tests/support/raw.ts';
import { guest, type Reply, type Shop, startShop, stockOf } from '#tests/support/shop.ts';

let shop: Shop;
let buyer: ReturnType<typeof guest>;
beforeAll(async () => {
  shop = await startShop();
  buyer = guest(shop);
  await run('OrdersExpireOrders', 1_700); // the seed's own
});
afterAll(() => shop.end());

// The mock provider's tables stand for another company: without their names nobody reaches it.
let away = false;
async function providerLeaves(): Promise<void> {
  await shop.database.query('alter table mock_intents rename to mock_intents_away; alter table mock_refunds rename to mock_refunds_away');
  away = true;
}
async function providerReturns(): Promise<void> {
  if (away)
    await shop.database.query('alter table mock_intents_away rename to mock_intents; alter table mock_refunds_away rename to mock_refunds');
  away = false;
}
afterEach(providerReturns);

let taken = 0;
async function product(): Promise<{ productId: string; stock: number }> {
  const [row] = await shop.database.query<{ productId: string; stock: number }>(
    'select id as "productId", stock from products where stock >= 60 order by id offset $1 limit 1',
    [taken++],
  );
  if (!row) throw new Error('The seed has too few products for these tests');
  return row;
}
const refundsOf = (intentId: string) =>
  shop.database.query('select amount::integer as amount from mock_refunds where intent_id = $1', [intentId]);
const run = (logicalId: string, afterSeconds: number) =>
  shop.gateway.invoke(logicalId, { time: new Date(Date.now() + afterSeconds * 1000).toISOString() }, 30_000);
const expire = () => run('OrdersExpireOrders', 1_801);
const finishRefunds = (afterSeconds = 60) => run('PaymentsFinishRefunds', afterSeconds);
const later = (reply: Reply) => [reply.status, reply.body?.code, Number(reply.headers.get('retry-after')) > 0, problemFaults(reply)];
const unavailable = [503, 'provider-unavailable', true, []];

async function ordered(quantity = 2) {
  const { productId, stock } = await product();
  const { body: order } = await buyer.order([{ productId, quantity }]);
  return { order, productId, stock, held: stock - quantity };
}
async function withIntent() {
  const placed = await ordered();
  const { body: intent } = await buyer.intent(placed.order);
  return { ...placed, intent };
}
async function paid() {
  const placed = await withIntent();
  expect((await buyer.confirm(placed.order, placed.intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
  return placed;
}

describe('a provider that is away', () => {
  it('lets orders be placed, and be paid once it is back', async () => {
    await providerLeaves();
    const { order, productId, held } = await ordered();
    const key = '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071';
    expect(later(await buyer.intent(order, key))).toEqual(unavailable);
    expect(later(await buyer.intent(order, key))).toEqual(unavailable);
    expect((await buyer.read(order)).body).toMatchObject({ status: 'pending_payment', payment: null });
    expect(await stockOf(shop, productId)).toBe(held);
    await providerReturns();
    const intent = await buyer.intent(order, key);
    expect(intent.status).toBe(201);
    expect((await buyer.confirm(order, intent.body.id, 'pm_card_visa')).body.status).toBe('succeeded');
    expect((await buyer.read(order)).body.status).toBe('paid');
    expect(await shop.database.query('select 1 from payments where order_id = $1', [order.id])).toHaveLength(1);
  });

  it('leaves a payment unconfirmed, and the same intent pays later', async () => {
    const { order, intent, productId, held } = await withIntent();
    await providerLeaves();
    expect(later(await buyer.confirm(order, intent.id, 'pm_card_visa'))).toEqual(unavailable);
    // What is known without the provider is still told.
    expect(await buyer.intent(order)).toMatchObject({ status: 200, body: { id: intent.id } });
    expect((await buyer.read(order)).body).toMatchObject({ status: 'pending_payment', payment: { status: 'requires_confirmation' } });
    expect(await stockOf(shop, productId)).toBe(held);
    await providerReturns();
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
    expect((await buyer.read(order)).body.status).toBe('paid');
  });

  it('keeps an order with an intent from being cancelled or expired: it could still be charged', async () => {
    const { order, intent, productId, stock, held } = await withIntent();
    const { order: without, productId: other, stock: otherStock } = await ordered();
    await providerLeaves();
    expect(later(await buyer.cancel(order))).toEqual(unavailable);
    expect(await expire()).toEqual({ expired: 1 }); // the one that the provider never heard of
    expect((await buyer.read(order)).body.status).toBe('pending_payment');
    expect((await buyer.read(without)).body.status).toBe('expired');
    expect([await stockOf(shop, productId), await stockOf(shop, other)]).toEqual([held, otherStock]);
    await providerReturns();
    expect(await expire()).toEqual({ expired: 1 });
    expect((await buyer.read(order)).body.status).toBe('expired');
    expect(await stockOf(shop, productId)).toBe(stock);
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.code).toBe('not-payable');
  });

  it('does not keep the orders behind two hundred and fifty stuck ones from expiring', async () => {
    const stuck = await shop.database.query<{ id: string }>(
      `insert into orders (id, number, status, email, currency, rate_micros, subtotal, shipping, tax, total, shipping_method, shipping_address, created_at, updated_at)
         select gen_random_uuid(), 'K-STUCK-' || n, 'pending_payment', 'a@b.example', 'USD', 1000000, 1, 0, 0, 1, 'standard', '{}', '2026-01-01', '2026-01-01'
           from generate_series(1, 250) n returning id`,
    );
    const ids = stuck.map(({ id }) => id);
    await shop.database.query(
      `insert into payments (id, order_id, provider, intent_id, client_secret, amount, currency, status, created_at, updated_at)
         select gen_random_uuid(), id, 'mock', 'pi_stuck_' || id, 'x', 1, 'USD', 'requires_confirmation', '2026-01-01', '2026-01-01' from unnest($1::uuid[]) id`,
      [ids],
    );
    const { order } = await ordered();
    await providerLeaves();
    try {
      await expire();
      expect((await buyer.read(order)).body.status).toBe('expired');
    } finally {
      await shop.database.query('delete from payments where order_id = any($1)', [ids]);
      await shop.database.query('delete from orders where id = any($1)', [ids]);
    }
  });

  it('owes the money of a cancelled order until it is back, and then gives it once', async () => {
    const { order, intent, productId, stock, held } = await paid();
    await providerLeaves();
    expect(later(await buyer.cancel(order))).toEqual(unavailable);
    expect(later(await buyer.cancel(order))).toEqual(unavailable);
    expect((await buyer.read(order)).body.status).toBe('paid');
    expect(await stockOf(shop, productId)).toBe(held);
    expect(await finishRefunds()).toEqual({ refunded: 0 });
    await providerReturns();
    expect(await finishRefunds(0)).toEqual({ refunded: 0 }); // still left to the request that began it
    const [first, second] = await Promise.all([finishRefunds(), finishRefunds()]);
    expect([first, second]).toContainEqual({ refunded: 1 });
    expect(await refundsOf(intent.id)).toEqual([{ amount: order.total.amount }]);
    const { body } = await buyer.read(order);
    expect(body.history.map(({ status }: { status: string }) => status)).toEqual(['pending_payment', 'paid', 'refunded']);
    expect(await stockOf(shop, productId)).toBe(stock);
    expect(await shop.database.query('select status from refunds where order_id = $1', [order.id])).toEqual([{ status: 'succeeded' }]);
    expect(await finishRefunds()).toEqual({ refunded: 0 });
    expect((await buyer.cancel(order)).body.status).toBe('refunded');
  });
});
