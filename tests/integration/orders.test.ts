import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '#functions/payments/lib/webhook-signature.ts';
import { guest, type Shop, startShop, stockOf } from '#tests/support/shop.ts';

let shop: Shop;
let buyer: ReturnType<typeof guest>;
beforeAll(async () => {
  shop = await startShop();
  buyer = guest(shop);
});
afterAll(() => shop.end());

/** A product of the seed with enough in stock; each test takes its own, so that none counts another's pieces. */
let taken = 0;
async function product(): Promise<{ id: string; stock: number; price_amount: number }> {
  const [row] = await shop.database.query<{ id: string; stock: number; price_amount: string }>(
    'select id, stock, price_amount from products where stock >= 60 order by id offset $1 limit 1',
    [taken++],
  );
  if (!row) throw new Error('The seed has too few products for these tests');
  return { ...row, price_amount: Number(row.price_amount) };
}
/** Products of a test's own. */
async function newProducts(count: number, { stock = 100, price = 1_000 } = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await shop.database.query(
    `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at)
       select id, 'own-' || id, 'Own', '', $2, $3, now(), now() from unnest($1::uuid[]) id`,
    [ids, price, stock],
  );
  return ids;
}
const eventsOf = async (orderId: string) =>
  (
    await shop.database.query<{ type: string }>("select type from outbox where event->>'subject' = $1 order by created_at, id", [orderId])
  ).map(({ type }) => type);

const webhook = (body: object, { secret = 'whsec_local_kelvo', at = new Date() } = {}) => {
  const text = JSON.stringify(body);
  return shop.call('/api/payment/webhook', { body: text, headers: { 'stripe-signature': sign(text, secret, at) } });
};
const succeeded = (intentId: string, id = `evt_${randomUUID()}`) => ({
  id,
  type: 'payment_intent.succeeded',
  data: { object: { id: intentId } },
});

async function ordered(quantity = 2) {
  const { id: productId, stock } = await product();
  const { body: order } = await buyer.order([{ productId, quantity }]);
  const { body: intent } = await buyer.intent(order);
  return { order, intent, productId, stock, quantity };
}

describe('placing an order', () => {
  it('takes the cart at its prices, holds the stock and empties the cart', async () => {
    const { id: productId, stock, price_amount } = await product();
    const { body: cart } = await shop.call('/api/cart/add', { body: { productId, quantity: 3 } });
    const { sessionId } = cart;
    const reply = await buyer.order([], { items: undefined, sessionId });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      number: expect.stringMatching(/^K-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/),
      status: 'pending_payment',
      subtotal: { amount: 3 * price_amount, currency: 'USD' },
      payment: null,
      history: [{ status: 'pending_payment', reason: null }],
      accessToken: expect.any(String),
    });
    expect(reply.body.total.amount).toBe(reply.body.subtotal.amount + reply.body.shipping.amount);
    expect(await stockOf(shop, productId)).toBe(stock - 3);
    expect((await shop.call(`/api/cart/${sessionId}`)).body.items).toEqual([]);
    expect((await buyer.order([], { items: undefined, sessionId })).body).toMatchObject({ status: 409, code: 'cart-empty' });
    expect(await eventsOf(reply.body.id)).toEqual(['order.created.v1']);
  });

  it('answers the order as it is read afterwards', async () => {
    const { id: productId } = await product();
    const { accessToken, ...placed } = (await buyer.order([{ productId, quantity: 2 }], { currency: 'JPY' })).body;
    expect((await buyer.read({ id: placed.id, accessToken })).body).toEqual(placed);
  });

  it('of more than can be paid at once is refused, and one of just as much is not', async () => {
    const [dear = '', rest = ''] = [...(await newProducts(1, { price: 99_999_999 })), ...(await newProducts(1, { price: 1 }))];
    expect((await buyer.order([{ productId: dear, quantity: 1 }])).body.total.amount).toBe(99_999_999);
    const items = [dear, rest].map((productId) => ({ productId, quantity: 1 }));
    const refused = await buyer.order(items);
    expect(refused.body).toMatchObject({ status: 422, code: 'total-too-large', most: { amount: 99_999_999, currency: 'USD' } });
    expect(await Promise.all([dear, rest].map((id) => stockOf(shop, id)))).toEqual([99, 100]);
  });

  it('with too little of some names these, and takes nothing of the others', async () => {
    const [scarce = '', none = '', plenty = ''] = [
      ...(await newProducts(1, { stock: 2 })),
      ...(await newProducts(1, { stock: 0 })),
      ...(await newProducts(1)),
    ];
    const rows =
      'select (select count(*) from orders) as orders, (select count(*) from outbox) as events, (select count(*) from stock_movements) as moves';
    const before = await shop.database.query(rows);
    const refused = await buyer.order([plenty, scarce, none].map((productId) => ({ productId, quantity: 3 })));
    expect(refused.body).toMatchObject({ status: 409, code: 'out-of-stock' });
    expect(refused.body.items.toSorted((a: { available: number }, b: { available: number }) => a.available - b.available)).toEqual([
      { productId: none, requested: 3, available: 0 },
      { productId: scarce, requested: 3, available: 2 },
    ]);
    expect(await Promise.all([scarce, none, plenty].map((id) => stockOf(shop, id)))).toEqual([2, 0, 100]);
    expect(await shop.database.query(rows)).toEqual(before);
  });

  it('that waits for a product goes by the stock that it finds then, not by what it saw before', async () => {
    for (const { stock, change, status } of [
      { stock: 0, change: 5, status: 201 },
      { stock: 5, change: -5, status: 409 },
    ]) {
      const [productId = ''] = await newProducts(1, { stock });
      const other = new pg.Client({ connectionString: shop.database.adminUrl });
      await other.connect();
      await other.query('begin');
      await other.query('update products set stock = stock + $2 where id = $1', [productId, change]);
      const placing = buyer.order([{ productId, quantity: 1 }]);
      const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await expect.poll(() => shop.database.query(waiting), { timeout: 4_000, interval: 10 }).toHaveLength(1);
      await other.query('commit');
      await other.end();
      const reply = await placing;
      expect([reply.status, await stockOf(shop, productId)]).toEqual([status, status === 201 ? 4 : 0]);
      if (status === 409) expect(reply.body.items).toEqual([{ productId, requested: 1, available: 0 }]);
    }
  });

  it('forty at once that name the same products in other orders wait for each other, and none is given up', async () => {
    const products = await newProducts(6);
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, n) => {
        const turned = products.map((_, i) => products[(i * (n % 2 ? 1 : 5) + n) % 6] as string);
        return buyer.order(turned.map((productId) => ({ productId, quantity: 1 })));
      }),
    );
    expect(replies.filter(({ status }) => status !== 201).map(({ text }) => text)).toEqual([]);
    expect(await Promise.all(products.map((id) => stockOf(shop, id)))).toEqual([60, 60, 60, 60, 60, 60]);
  });

  it('tells once that a product runs low: when five pieces or fewer are left', async () => {
    const [productId = ''] = await newProducts(1, { stock: 8 });
    for (const quantity of [2, 1, 2]) await buyer.order([{ productId, quantity }]);
    const told = await shop.database.query(
      `select event->'data' as data from outbox where type = 'stock.low.v1' and event->>'subject' = $1`,
      [productId],
    );
    expect(told).toEqual([{ data: { productId, stock: 5 } }]);
  });

  it('is refused when the total is not what the shopper saw, and tells the new one', async () => {
    const { id: productId, stock } = await product();
    const reply = await buyer.order([{ productId, quantity: 1 }], { expectedTotal: { amount: 1, currency: 'USD' } });
    expect(reply.body).toMatchObject({ status: 409, code: 'price-changed', total: { currency: 'USD' } });
    const again = await buyer.order([{ productId, quantity: 1 }], { expectedTotal: reply.body.total });
    expect(again.status).toBe(201);
    expect(await stockOf(shop, productId)).toBe(stock - 1);
  });

  it('five times with one key at once makes one order, and every 201 is the same', async () => {
    const { id: productId, stock } = await product();
    const key = randomUUID();
    const post = () => buyer.order([{ productId, quantity: 1 }], {}, key);
    const first = await Promise.all(Array.from({ length: 5 }, post));
    expect(first.map((reply) => reply.status).filter((status) => status !== 201 && status !== 409)).toEqual([]);
    const replies = [...first.filter((reply) => reply.status === 201), await post(), await post()];
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    expect(await stockOf(shop, productId)).toBe(stock - 1);
    const other = await buyer.order([{ productId, quantity: 2 }], {}, key);
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });

  it('two hundred at once for the last twenty pieces gives exactly twenty orders', async () => {
    const [last] = await shop.database.query<{ id: string }>('select id from products where stock = 20');
    const productId = last?.id as string;
    const replies = await Promise.all(Array.from({ length: 200 }, () => buyer.order([{ productId, quantity: 1 }])));
    const codes = replies.map((reply) => (reply.status === 201 ? 201 : reply.body.code));
    expect(codes.filter((code) => code === 201)).toHaveLength(20);
    expect(codes.filter((code) => code === 'out-of-stock')).toHaveLength(180);
    expect(await stockOf(shop, productId)).toBe(0);
    const [refused] = replies.filter((reply) => reply.status === 409);
    expect(refused?.body.items).toEqual([{ productId, requested: 1, available: 0 }]);
    const [{ movements } = { movements: 0 }] = await shop.database.query<{ movements: number }>(
      'select coalesce(sum(delta), 0)::integer as movements from stock_movements where product_id = $1 and order_id is not null',
      [productId],
    );
    expect(movements).toBe(-20);
  });
});

describe('paying', () => {
  it('a good card makes the order paid', async () => {
    const { order, intent } = await ordered();
    expect(intent).toMatchObject({ orderId: order.id, amount: order.total, status: 'requires_confirmation', lastError: null });
    const confirmed = await buyer.confirm(order, intent.id, 'pm_card_visa');
    expect(confirmed.body).toMatchObject({ id: intent.id, status: 'succeeded' });
    const { body } = await buyer.read(order);
    expect(body).toMatchObject({ status: 'paid', payment: { intentId: intent.id, status: 'succeeded' } });
    expect(await eventsOf(order.id)).toEqual(['order.created.v1', 'order.paid.v1']);
    expect((await buyer.intent(order)).body).toMatchObject({ status: 409, code: 'already-paid' });
  });

  it('a declined card leaves the order payable and the stock held, until another card pays', async () => {
    const { order, intent, productId, stock, quantity } = await ordered();
    const declined = await buyer.confirm(order, intent.id, 'pm_card_declined');
    expect(declined).toMatchObject({
      status: 200,
      body: { status: 'failed', lastError: { code: 'card-declined', message: expect.any(String) } },
    });
    expect((await buyer.read(order)).body.status).toBe('pending_payment');
    expect(await stockOf(shop, productId)).toBe(stock - quantity);
    expect((await buyer.intent(order)).body.id).toBe(intent.id);
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
    expect((await buyer.read(order)).body.status).toBe('paid');
    expect(await eventsOf(order.id)).toEqual(['order.created.v1', 'payment.failed.v1', 'order.paid.v1']);
  });

  it('a card that asks for the shopper is confirmed by a second confirm', async () => {
    const { order, intent } = await ordered();
    expect((await buyer.confirm(order, intent.id, 'pm_card_authenticationRequired')).body.status).toBe('requires_action');
    expect((await buyer.read(order)).body.status).toBe('pending_payment');
    expect((await buyer.confirm(order, intent.id, 'pm_card_authenticationRequired')).body.status).toBe('succeeded');
    expect((await buyer.read(order)).body.status).toBe('paid');
  });

  it('asking for an intent twice gives the open one', async () => {
    const { order, intent } = await ordered();
    const again = await buyer.intent(order);
    expect(again).toMatchObject({ status: 200, body: { id: intent.id } });
    const both = await Promise.all([buyer.intent(order), buyer.intent(order)]);
    expect(both.map((reply) => reply.body.id)).toEqual([intent.id, intent.id]);
  });

  it('confirm and webhook at once, ten times over, pay once', async () => {
    const { order, intent } = await ordered();
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? webhook(succeeded(intent.id)) : buyer.confirm(order, intent.id, 'pm_card_visa'))),
    );
    expect((await buyer.read(order)).body.history.map((entry: { status: string }) => entry.status)).toEqual(['pending_payment', 'paid']);
    expect(await eventsOf(order.id)).toEqual(['order.created.v1', 'order.paid.v1']);
  });

  it('a webhook delivered five times makes one transition', async () => {
    const { order, intent } = await ordered();
    const event = succeeded(intent.id);
    const replies = [await webhook(event), ...(await Promise.all(Array.from({ length: 4 }, () => webhook(event))))];
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200, 200]);
    expect((await buyer.read(order)).body.history).toHaveLength(2);
  });

  it('a webhook with a foreign, old or missing signature is refused and changes nothing', async () => {
    const { order, intent } = await ordered();
    for (const reply of [
      await webhook(succeeded(intent.id), { secret: 'whsec_other' }),
      await webhook(succeeded(intent.id), { at: new Date(Date.now() - 301_000) }),
      await shop.call('/api/payment/webhook', { body: succeeded(intent.id) }),
    ]) {
      expect(reply.body).toMatchObject({ status: 400, code: 'invalid-signature' });
    }
    expect((await buyer.read(order)).body.status).toBe('pending_payment');
  });
});

describe('playing the mock provider by signed webhooks', () => {
  const hear = (type: string, id: string, more: object = {}) =>
    webhook({ id: `evt_${randomUUID()}`, type: `payment_intent.${type}`, data: { object: { id, ...more } } });
  const declined = { last_payment_error: { code: 'card_declined', message: 'No money left.', charge: 'ch_played' } };
  const failures = async (orderId: string) => (await eventsOf(orderId)).filter((type) => type === 'payment.failed.v1');

  it('a decline that confirm has told already is no second one', async () => {
    const { order, intent } = await ordered();
    await buyer.confirm(order, intent.id, 'pm_card_declined');
    for (const more of [declined, {}, declined]) expect((await hear('payment_failed', intent.id, more)).status).toBe(200);
    expect(await failures(order.id)).toHaveLength(1);
  });

  it('a decline that only the webhook tells is one, however often it comes, and the order stays payable', async () => {
    const { order, intent } = await ordered();
    for (let i = 0; i < 3; i++) await hear('payment_failed', intent.id, declined);
    expect((await buyer.read(order)).body.payment.status).toBe('failed');
    expect((await buyer.intent(order)).body.lastError).toEqual({ code: 'card-declined', message: 'No money left.' });
    expect(await failures(order.id)).toHaveLength(1);
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
    await hear('payment_failed', intent.id, declined);
    expect((await buyer.read(order)).body).toMatchObject({ status: 'paid', payment: { status: 'succeeded' } });
  });

  it('an older decline does not overwrite a newer try', async () => {
    const { order, intent } = await ordered();
    await buyer.confirm(order, intent.id, 'pm_card_declined');
    await buyer.confirm(order, intent.id, 'pm_card_authenticationRequired');
    await hear('payment_failed', intent.id, declined);
    expect((await buyer.read(order)).body.payment.status).toBe('requires_action');
    expect(await failures(order.id)).toHaveLength(1);
  });

  it('money that is under way keeps the order open: it is neither cancelled nor expired', async () => {
    const { order, intent, productId, stock, quantity } = await ordered();
    await hear('processing', intent.id);
    expect((await buyer.cancel(order)).body).toMatchObject({ status: 409, code: 'payment-processing' });
    await shop.gateway.invoke('OrdersExpireOrders', { time: new Date(Date.now() + 1_801_000).toISOString() }, 30_000);
    expect((await buyer.read(order)).body.status).toBe('pending_payment');
    expect(await stockOf(shop, productId)).toBe(stock - quantity);
    await webhook(succeeded(intent.id));
    expect((await buyer.read(order)).body.status).toBe('paid');
  });

  it.each(['pm_usBankAccount_processing', 'pm_card_authenticationRequired'])(
    '%s can fail later, and then be paid otherwise',
    async (method) => {
      const { order, intent } = await ordered();
      await buyer.confirm(order, intent.id, method);
      for (let i = 0; i < 2; i++) await hear('payment_failed', intent.id, declined);
      expect((await buyer.read(order)).body.payment.status).toBe('failed');
      expect(await failures(order.id)).toHaveLength(1);
      expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
    },
  );
});

describe('ending an order', () => {
  const expire = (afterMs = 1_801_000) =>
    shop.gateway.invoke('OrdersExpireOrders', { time: new Date(Date.now() + afterMs).toISOString() }, 30_000);

  it('cancelling an unpaid order gives the stock back, and twice is once', async () => {
    const { order, intent, productId, stock } = await ordered();
    const [first, second] = await Promise.all([buyer.cancel(order), buyer.cancel(order)]);
    expect([first?.body.status, second?.body.status]).toEqual(['cancelled', 'cancelled']);
    expect(await stockOf(shop, productId)).toBe(stock);
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body).toMatchObject({ status: 409, code: 'not-payable' });
    expect((await buyer.intent(order)).body).toMatchObject({ status: 409, code: 'not-payable' });
    expect(await eventsOf(order.id)).toEqual(['order.created.v1', 'order.cancelled.v1']);
  });

  it('cancelling a paid order refunds it once and gives the stock back', async () => {
    const { order, intent, productId, stock } = await ordered();
    await buyer.confirm(order, intent.id, 'pm_card_visa');
    const replies = await Promise.all([buyer.cancel(order), buyer.cancel(order), buyer.cancel(order)]);
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200]);
    expect((await buyer.read(order)).body.status).toBe('refunded');
    expect(await stockOf(shop, productId)).toBe(stock);
    const refunds = await shop.database.query('select amount::integer as amount from mock_refunds where intent_id = $1', [intent.id]);
    expect(refunds).toEqual([{ amount: order.total.amount }]);
  });

  it('an order that stays unpaid expires and gives the stock back', async () => {
    const { order, productId, stock } = await ordered();
    await expire();
    expect((await buyer.read(order)).body.status).toBe('expired');
    expect(await stockOf(shop, productId)).toBe(stock);
    expect(await eventsOf(order.id)).toEqual(['order.created.v1', 'order.expired.v1']);
  });

  it('an order younger than its limit does not expire', async () => {
    const { order } = await ordered();
    await expire(1_700_000);
    expect((await buyer.read(order)).body.status).toBe('pending_payment');
  });

  it('a success that comes after expiry takes the stock again', async () => {
    const { order, intent, productId, stock, quantity } = await ordered();
    await expire();
    expect((await webhook(succeeded(intent.id))).status).toBe(200);
    expect((await buyer.read(order)).body.status).toBe('paid');
    expect(await stockOf(shop, productId)).toBe(stock - quantity);
  });

  it('a success that comes after expiry, with the goods gone, goes back by itself', async () => {
    const { order, intent, productId, stock } = await ordered();
    await expire();
    await shop.database.query('update products set stock = 0 where id = $1', [productId]);
    expect((await webhook(succeeded(intent.id))).status).toBe(200);
    expect((await buyer.read(order)).body.status).toBe('refunded');
    expect(await shop.database.query('select 1 from mock_refunds where intent_id = $1', [intent.id])).toHaveLength(1);
    expect(await stockOf(shop, productId)).toBe(0);
    await shop.database.query('update products set stock = $2 where id = $1', [productId, stock]);
  });

  it('expiry and payment at once end in one of both, with the stock to match', async () => {
    for (let round = 0; round < 5; round++) {
      const { order, intent, productId, stock, quantity } = await ordered();
      await Promise.all([expire(), buyer.confirm(order, intent.id, 'pm_card_visa')]);
      const { status } = (await buyer.read(order)).body;
      expect(['paid', 'expired']).toContain(status);
      expect(await stockOf(shop, productId)).toBe(status === 'paid' ? stock - quantity : stock);
    }
  });

  it("is not for others: another guest's token, or none, finds no order", async () => {
    const { order } = await ordered();
    const { order: other } = await ordered();
    for (const headers of [{}, { 'x-order-token': other.accessToken }, { 'x-order-token': '' }] as Record<string, string>[]) {
      expect((await shop.call(`/api/orders/${order.id}`, { headers })).body).toMatchObject({ status: 404, code: 'order-not-found' });
      expect((await shop.call(`/api/orders/${order.id}/cancel`, { method: 'POST', headers })).body).toMatchObject({
        status: 404,
        code: 'order-not-found',
      });
      const pay = { headers: { ...headers, 'idempotency-key': randomUUID() }, body: { orderId: order.id } };
      expect((await shop.call('/api/payment/create-intent', pay)).body).toMatchObject({ status: 404, code: 'order-not-found' });
    }
    expect((await buyer.read(order)).body.status).toBe('pending_payment');
  });
});

it('emits an event for all of this; that they fit their contracts is checked when the shop ends', async () => {
  const rows = await shop.database.query<{ type: string }>('select distinct type from outbox');
  expect(rows.map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      'order.created.v1',
      'order.paid.v1',
      'order.cancelled.v1',
      'order.expired.v1',
      'order.refunded.v1',
      'payment.failed.v1',
      'payment.refunded.v1',
      'stock.low.v1',
    ]),
  );
});
