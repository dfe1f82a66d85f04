import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { within } from '#local/services/processes.ts';
import { signIn } from '#tests/support/people.ts';
import { contentsOf } from '#tests/support/raw.ts';
import { address, guest, type Shop, startShop, stockOf } from '#tests/support/shop.ts';

let shop: Shop;
let buyer: ReturnType<typeof guest>;
beforeAll(async () => {
  shop = await startShop();
  buyer = guest(shop);
});
afterAll(() => shop.end());

async function product(stock = 100): Promise<string> {
  const id = randomUUID();
  await shop.database.query(
    `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at) values ($1, $2, 'Once', '', 1000, $3, now(), now())`,
    [id, `once-${id}`, stock],
  );
  return id;
}

/** Whether an order is being written and waits for somebody else. */
const insertsAnOrder = async () =>
  (
    await shop.database.query(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like '%insert into orders %'`,
    )
  ).length > 0;

describe('a key', () => {
  it('gives the same answer to the byte, whatever became of the order', async () => {
    const productId = await product();
    const key = randomUUID();
    const first = await buyer.order([{ productId, quantity: 1 }], {}, key);
    await buyer.cancel(first.body);
    await shop.database.query('update products set price_amount = 5000, stock = 0 where id = $1', [productId]);
    const again = await buyer.order([{ productId, quantity: 1 }], {}, key);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.body.accessToken).toBe(first.body.accessToken);
    expect((await buyer.read(again.body)).body.status).toBe('cancelled');
  });

  it('is the same key in capitals, and the same body with its members in another order', async () => {
    const productId = await product();
    const key = randomUUID();
    const first = await buyer.order([{ productId, quantity: 1 }], {}, key);
    const again = await shop.call('/api/orders', {
      headers: { 'idempotency-key': key.toUpperCase() },
      body: JSON.stringify({
        shippingMethod: 'standard',
        items: [{ quantity: 1, productId: productId.toUpperCase() }],
        shippingAddress: Object.fromEntries(Object.entries(address).toReversed()),
        email: 'ada@example.com',
      }),
    });
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(await stockOf(shop, productId)).toBe(99);
  });

  it('with another body is refused, and what it made stays', async () => {
    const productId = await product();
    const key = randomUUID();
    const first = await buyer.order([{ productId, quantity: 1 }], {}, key);
    for (const more of [
      { email: 'bob@example.com' },
      { shippingMethod: 'express' },
      { currency: 'EUR' },
      { shippingAddress: { ...address, city: 'Shelbyville' } },
    ]) {
      expect((await buyer.order([{ productId, quantity: 1 }], more, key)).body).toMatchObject({
        status: 422,
        code: 'idempotency-key-reused',
      });
    }
    expect((await buyer.intent(first.body, key)).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect(await stockOf(shop, productId)).toBe(99);
  });

  it('belongs to its route: on another one with the same body it is refused', async () => {
    const admin = await signIn(shop, 'admin');
    const { body: order } = await guest(admin).order([{ productId: await product(), quantity: 1 }]);
    const asked = { headers: { 'idempotency-key': randomUUID() }, body: { orderId: order.id } };
    expect((await admin.call('/api/payment/create-intent', asked)).status).toBe(201);
    const [kept] = await shop.database.query<{ route: string }>('select route from idempotency_keys where key = $1', [
      asked.headers['idempotency-key'],
    ]);
    expect(kept?.route).toBe('POST /api/payment/create-intent');
    await shop.database.query(`update idempotency_keys set route = 'POST /api/another' where key = $1`, [asked.headers['idempotency-key']]);
    expect((await admin.call('/api/payment/create-intent', asked)).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    // The release before noted no route: what it has kept is answered as it was.
    await shop.database.query('update idempotency_keys set route = null where key = $1', [asked.headers['idempotency-key']]);
    expect((await admin.call('/api/payment/create-intent', asked)).status).toBe(201);
  });

  it('of a try that failed is unused: another body may have it', async () => {
    const productId = await product(2);
    const key = randomUUID();
    const before = await contentsOf(shop.database);
    expect((await buyer.order([{ productId, quantity: 3 }], {}, key)).body.code).toBe('out-of-stock');
    expect((await buyer.order([{ productId: randomUUID(), quantity: 1 }], {}, key)).body.code).toBe('unknown-product');
    expect((await buyer.order([{ productId, quantity: 1 }], { expectedTotal: { amount: 1, currency: 'USD' } }, key)).body.code).toBe(
      'price-changed',
    );
    expect((await buyer.order([{ productId, quantity: 1 }], { email: 'nobody' }, key)).body.code).toBe('invalid-request');
    expect(await contentsOf(shop.database)).toEqual(before);
    expect((await buyer.order([{ productId, quantity: 2 }], {}, key)).status).toBe(201);
    expect(await stockOf(shop, productId)).toBe(0);
  });

  it('belongs to whom it is from: a guest and a shopper may use the same', async () => {
    const productId = await product();
    const key = randomUUID();
    const shopper = await signIn(shop, 'shopper');
    const admin = await signIn(shop, 'admin');
    const orders = [
      await buyer.order([{ productId, quantity: 1 }], {}, key),
      await guest(shopper).order([{ productId, quantity: 1 }], {}, key),
      await guest(admin).order([{ productId, quantity: 1 }], {}, key),
    ];
    expect(orders.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(orders.map(({ body }) => body.id)).size).toBe(3);
    expect((await guest(shopper).order([{ productId, quantity: 1 }], {}, key)).text).toBe(orders[1]?.text);
    expect(await stockOf(shop, productId)).toBe(97);
  });

  it('whose first request still runs is refused at once, and answers once that is done', async () => {
    const productId = await product();
    const key = randomUUID();
    const holder = new pg.Client({ connectionString: shop.database.adminUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select 1 from products where id = $1 for no key update', [productId]);
    const first = buyer.order([{ productId, quantity: 1 }], {}, key);
    expect(await within(5_000, insertsAnOrder)).toBe(true);
    const began = performance.now();
    const second = await buyer.order([{ productId, quantity: 1 }], {}, key);
    expect(second.body).toMatchObject({ status: 409, code: 'in-progress' });
    expect(performance.now() - began).toBeLessThan(2_000);
    // Another key does not wait for this one.
    expect((await buyer.order([{ productId: await product(), quantity: 1 }])).status).toBe(201);
    await holder.query('rollback');
    await holder.end();
    expect((await first).status).toBe(201);
    expect((await buyer.order([{ productId, quantity: 1 }], {}, key)).text).toBe((await first).text);
    expect(await stockOf(shop, productId)).toBe(99);
  });

  // Nobody holds the lock of a key while the provider makes an intent: its answer is written whenever that is done.
  it('whose answer another route writes at the same time is refused, without a fault', async () => {
    const productId = await product();
    const key = randomUUID();
    const writer = new pg.Client({ connectionString: shop.database.adminUrl });
    await writer.connect();
    await writer.query('begin');
    await writer.query(
      `insert into idempotency_keys (scope, key, route, body_hash, status, answer, created_at)
         values ('guest', $1, 'POST /api/payment/create-intent', 'x', 201, '{}', now())`,
      [key],
    );
    const order = buyer.order([{ productId, quantity: 1 }], {}, key);
    expect(await within(5_000, insertsAnOrder)).toBe(true);
    await writer.query('commit');
    await writer.end();
    expect((await order).body).toMatchObject({ status: 409, code: 'in-progress' });
    expect((await buyer.order([{ productId, quantity: 1 }], {}, key)).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect(await stockOf(shop, productId)).toBe(100);
  });

  it('gives one intent for one payment, however often and by whatever key it is asked', async () => {
    const { body: order } = await buyer.order([{ productId: await product(), quantity: 1 }]);
    const key = randomUUID();
    const replies = await Promise.all([
      ...Array.from({ length: 6 }, () => buyer.intent(order, key)),
      buyer.intent(order),
      buyer.intent(order),
    ]);
    const made = replies.filter(({ status }) => status < 300);
    expect(replies.filter(({ status, body }) => status >= 300 && body.code !== 'in-progress')).toEqual([]);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    const first = await buyer.intent(order, key);
    await buyer.confirm(order, first.body.id, 'pm_card_visa');
    expect((await buyer.intent(order, key)).text).toBe(first.text); // a replay tells what was, not what is
    expect(
      await shop.database.query('select 1 from mock_intents where id = any(select intent_id from payments where order_id = $1)', [
        order.id,
      ]),
    ).toHaveLength(1);
  });
});
