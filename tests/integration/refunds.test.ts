import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentRefunded } from '#functions/payments/lib/contract.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop, stockOf } from '#tests/support/shop.ts';

let shop: Shop;
let admin: Person;
let buyer: ReturnType<typeof guest>;
let productId: string;
beforeAll(async () => {
  shop = await startShop();
  admin = await signIn(shop, 'admin');
  buyer = guest(shop);
  const body = { name: 'Returned goods', description: 'They come back.', price: { amount: 9000, currency: 'USD' }, stock: 1_000 };
  productId = (await admin.call('/api/products', { body })).body.id;
});
afterAll(() => shop.end());

const usd = (amount: number) => ({ amount, currency: 'USD' });
const refund = (body: object, key: string = randomUUID(), who: { call: Person['call'] } = admin) =>
  who.call('/api/payment/refund', { headers: { 'idempotency-key': key }, body });
const stock = () => stockOf(shop, productId);
const move = (id: string, status: string) => admin.call(`/api/orders/${id}/status`, { method: 'PUT', body: { status } });
const eventsOf = async (orderId: string, type: string) =>
  (
    await shop.database.query<{ event: { data: unknown } }>('select event from outbox where type = $1 and event->>$2 = $3', [
      type,
      'subject',
      orderId,
    ])
  ).map(({ event }) => event.data);
/** What the provider has really given back for an order. */
const givenBack = async (intentId: string) =>
  (
    await shop.database.query<{ sum: number }>('select coalesce(sum(amount), 0)::integer as sum from mock_refunds where intent_id = $1', [
      intentId,
    ])
  )[0]?.sum;

async function paid(more: object = {}) {
  const { body: order } = await buyer.order([{ productId, quantity: 2 }], more); // 180 dollars: shipping is free
  const { body: intent } = await buyer.intent(order);
  await buyer.confirm(order, intent.id, 'pm_card_visa');
  return { order, intent };
}

/** The provider's side is gone for as long as this takes. */
async function withoutProvider<T>(work: () => Promise<T>): Promise<T> {
  await shop.database.query('alter table mock_refunds rename to mock_refunds_away');
  try {
    return await work();
  } finally {
    await shop.database.query('alter table mock_refunds_away rename to mock_refunds');
  }
}
const finish = () => shop.gateway.invoke('PaymentsFinishRefunds', { time: new Date(Date.now() + 60_000).toISOString() }, 30_000);

describe('a refund', () => {
  it('of all of it moves the order to refunded and, before shipping, gives the stock back', async () => {
    const before = await stock();
    const { order, intent } = await paid();
    const { status, body } = await refund({ orderId: order.id, reason: 'They changed their mind.' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      orderId: order.id,
      amount: order.total,
      status: 'succeeded',
      reason: 'They changed their mind.',
      failure: null,
      createdAt: expect.any(String),
    });
    expect((await buyer.read(order)).body).toMatchObject({ status: 'refunded', refunded: order.total });
    expect(await stock()).toBe(before);
    expect(await givenBack(intent.id)).toBe(order.total.amount);
    expect((await eventsOf(order.id, 'payment.refunded.v1')).map((data) => paymentRefunded.data.parse(data))).toEqual([
      { orderId: order.id, refundId: body.id, amount: order.total },
    ]);
    expect(await eventsOf(order.id, 'order.refunded.v1')).toMatchObject([{ status: 'refunded', reason: 'They changed their mind.' }]);
    expect((await refund({ orderId: order.id })).body).toMatchObject({ status: 409, code: 'not-refundable' });
    expect((await refund({ orderId: order.id, amount: usd(1) })).body).toMatchObject({ code: 'refund-too-large', left: usd(0) });
  });

  it('of a part leaves the order as it is, until the last part makes the whole', async () => {
    const before = await stock();
    const { order, intent } = await paid();
    expect((await refund({ orderId: order.id, amount: usd(5_000) })).body.status).toBe('succeeded');
    expect((await buyer.read(order)).body).toMatchObject({ status: 'paid', refunded: usd(5_000) });
    expect(await stock()).toBe(before - 2);
    expect(await eventsOf(order.id, 'order.refunded.v1')).toEqual([]);
    const more = await refund({ orderId: order.id, amount: usd(order.total.amount - 4_999) });
    expect(more.body).toMatchObject({ status: 422, code: 'refund-too-large', left: usd(order.total.amount - 5_000) });
    expect((await refund({ orderId: order.id })).body.amount).toEqual(usd(order.total.amount - 5_000));
    expect((await buyer.read(order)).body).toMatchObject({ status: 'refunded', refunded: order.total });
    expect(await stock()).toBe(before);
    expect(await givenBack(intent.id)).toBe(order.total.amount);
    expect(await eventsOf(order.id, 'payment.refunded.v1')).toHaveLength(2);
  });

  it('after shipping does not bring the stock back', async () => {
    const before = await stock();
    const { order } = await paid();
    await move(order.id, 'packed');
    await move(order.id, 'shipped');
    await refund({ orderId: order.id });
    expect((await buyer.read(order)).body.status).toBe('refunded');
    expect(await stock()).toBe(before - 2);
  });

  it('is in the currency that was paid', async () => {
    const { order } = await paid({ currency: 'JPY' });
    expect((await refund({ orderId: order.id, amount: usd(1) })).body).toMatchObject({ status: 422, code: 'currency-mismatch' });
    expect((await refund({ orderId: order.id, amount: { amount: 100, currency: 'JPY' } })).body.amount).toEqual({
      amount: 100,
      currency: 'JPY',
    });
  });

  it('needs an order that was paid', async () => {
    const { body: order } = await buyer.order([{ productId, quantity: 1 }]);
    expect((await refund({ orderId: order.id })).body).toMatchObject({ status: 409, code: 'not-refundable' });
    await buyer.cancel(order);
    expect((await refund({ orderId: order.id, amount: usd(1) })).body).toMatchObject({ status: 409, code: 'not-refundable' });
    expect((await refund({ orderId: randomUUID() })).body).toMatchObject({ status: 404, code: 'order-not-found' });
  });

  it('is an admin’s to give, takes an amount above zero and no field that is not its own', async () => {
    const { order } = await paid();
    const shopper = await signIn(shop, 'shopper');
    expect((await refund({ orderId: order.id }, randomUUID(), shopper)).body).toMatchObject({ status: 403, code: 'admin-only' });
    const asGuest = { call: (path: string, call = {}) => shop.call(path, call) };
    expect((await refund({ orderId: order.id }, randomUUID(), asGuest)).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await refund({ orderId: order.id }, 'no-uuid')).body).toMatchObject({ status: 400, code: 'idempotency-key-required' });
    for (const more of [
      { amount: usd(0) },
      { amount: usd(-5) },
      { amount: usd(1.5) },
      { status: 'succeeded' },
      { id: randomUUID() },
      { amount: 5 },
    ])
      expect((await refund({ orderId: order.id, ...more })).body, JSON.stringify(more)).toMatchObject({
        status: 400,
        code: 'invalid-request',
      });
    expect((await buyer.read(order)).body.refunded.amount).toBe(0);
  });

  it('is in the audit log, with what was given back before and after', async () => {
    const { order } = await paid();
    const { body: part } = await refund({ orderId: order.id, amount: usd(100), reason: 'A scratch.' });
    await refund({ orderId: order.id });
    expect((await admin.call(`/api/admin/audit-log?subject=order:${order.id}`)).body.items).toMatchObject([
      { action: 'order.refunded', actorId: admin.id, detail: { before: { status: 'paid' }, after: { status: 'refunded' } } },
      { action: 'order.refund-requested', detail: { before: { refunded: usd(100) }, after: { refunded: order.total } } },
      {
        action: 'order.refund-requested',
        actorId: admin.id,
        detail: { before: { refunded: usd(0) }, after: { refunded: usd(100), refundId: part.id, reason: 'A scratch.' } },
      },
    ]);
  });
});

describe('many refunds at once', () => {
  it('twenty parts never give back more than was paid', async () => {
    const { order, intent } = await paid(); // 18,000 cents: seven of 2,500 fit
    const replies = await Promise.all(Array.from({ length: 20 }, () => refund({ orderId: order.id, amount: usd(2_500) })));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(7);
    expect(replies.filter(({ body }) => body.code === 'refund-too-large')).toHaveLength(13);
    expect(await givenBack(intent.id)).toBe(17_500);
    expect((await buyer.read(order)).body).toMatchObject({ status: 'paid', refunded: usd(17_500) });
    await refund({ orderId: order.id });
    expect(await givenBack(intent.id)).toBe(order.total.amount);
  });

  it('of the whole, and cancels besides, give it back once', async () => {
    const before = await stock();
    const { order, intent } = await paid();
    await Promise.all([
      ...Array.from({ length: 5 }, () => refund({ orderId: order.id })),
      ...Array.from({ length: 5 }, () => buyer.cancel(order)),
    ]);
    expect(await givenBack(intent.id)).toBe(order.total.amount);
    expect((await buyer.read(order)).body).toMatchObject({ status: 'refunded', refunded: order.total });
    expect(await stock()).toBe(before);
    expect(await eventsOf(order.id, 'order.refunded.v1')).toHaveLength(1);
  });

  it('with one key are one refund, and the key is for one body', async () => {
    const { order, intent } = await paid();
    const key = randomUUID();
    const part = { orderId: order.id, amount: usd(700) };
    const replies = await Promise.all(Array.from({ length: 5 }, () => refund(part, key)));
    expect(replies.filter(({ status, body }) => status !== 201 && body.code !== 'in-progress')).toEqual([]);
    const [first, second] = [await refund(part, key), await refund(part, key)];
    expect(second.text).toBe(first.text);
    expect(first).toMatchObject({ status: 201, body: { status: 'succeeded', amount: usd(700) } });
    expect(await givenBack(intent.id)).toBe(700);
    expect((await refund({ ...part, amount: usd(800) }, key)).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });

  it("with a key that began the order's payment are refused", async () => {
    const { body: order } = await guest(admin).order([{ productId, quantity: 2 }]);
    const key = randomUUID();
    const { body: intent } = await guest(admin).intent(order, key);
    await guest(admin).confirm(order, intent.id, 'pm_card_visa');
    expect((await refund({ orderId: order.id }, key)).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });
});

describe('while the provider is gone', () => {
  it('a refund stays pending, and the same key gives the same refund once it is back', async () => {
    const { order, intent } = await paid();
    const key = randomUUID();
    const part = { orderId: order.id, amount: usd(1_000) };
    const down = await withoutProvider(() => refund(part, key));
    expect(down.body).toMatchObject({ status: 503, code: 'provider-unavailable' });
    expect(down.headers.get('retry-after')).not.toBeNull();
    const pending = await shop.database.query<{ id: string }>('select id, status from refunds where order_id = $1', [order.id]);
    expect(pending).toMatchObject([{ status: 'pending' }]);
    expect((await refund({ orderId: order.id, amount: order.total })).body).toMatchObject({
      code: 'refund-too-large',
      left: usd(order.total.amount - 1_000),
    });
    expect((await refund(part, key)).body).toMatchObject({ id: pending[0]?.id, status: 'succeeded' });
    expect(await givenBack(intent.id)).toBe(1_000);
  });

  it('it is finished by the schedule, once', async () => {
    const { order, intent } = await paid();
    const key = randomUUID();
    await withoutProvider(() => refund({ orderId: order.id }, key));
    expect((await buyer.read(order)).body).toMatchObject({ status: 'paid', refunded: usd(0) });
    await Promise.all([finish(), finish()]);
    expect((await buyer.read(order)).body).toMatchObject({ status: 'refunded', refunded: order.total });
    expect((await refund({ orderId: order.id }, key)).body.status).toBe('succeeded');
    expect(await givenBack(intent.id)).toBe(order.total.amount);
    expect(await eventsOf(order.id, 'payment.refunded.v1')).toHaveLength(1);
  });

  it('an order whose money is all on its way back is not sent', async () => {
    const { order } = await paid();
    await withoutProvider(() => refund({ orderId: order.id }));
    expect((await move(order.id, 'packed')).body).toMatchObject({ status: 409, code: 'being-refunded' });
    await finish();
    expect((await move(order.id, 'packed')).body).toMatchObject({ status: 409, code: 'illegal-transition' });
  });
});
