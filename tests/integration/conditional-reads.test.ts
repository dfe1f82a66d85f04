/** Orders read with If-None-Match: who has what there is gets a 304, cheaply; every change of what is shown makes another ETag. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, signIn } from '#tests/support/people.ts';
import { recordRoundTrips } from '#tests/support/round-trips.ts';
import { guest, type Reply, type Shop, startShop } from '#tests/support/shop.ts';

interface Placed {
  id: string;
  accessToken: string;
}

let shop: Shop;
let shopper: Person;
let admin: Person;
let buyer: ReturnType<typeof guest>;
let productId: string;
beforeAll(async () => {
  shop = await startShop();
  [shopper, admin] = [await signIn(shop, 'shopper'), await signIn(shop, 'admin')];
  buyer = guest(shop);
  const body = { name: 'Lantern', description: 'Lit.', price: { amount: 2500, currency: 'USD' }, stock: 1_000 };
  productId = (await admin.call('/api/products', { body })).body.id;
});
afterAll(() => shop.end());

const placed = async (): Promise<Placed> => (await buyer.order([{ productId, quantity: 2 }])).body;
const etagOf = ({ headers }: Reply) => headers.get('etag') ?? '';
const ask = ({ id, accessToken }: Placed, tag?: string) =>
  shop.call(`/api/orders/${id}`, { headers: { 'x-order-token': accessToken, ...(tag ? { 'if-none-match': tag } : {}) } });

/** Reads an order before and after a change: the old tag gets the new order, and the new tag a 304. */
async function expectChange(order: Placed, what: string, change: () => Promise<unknown>): Promise<void> {
  const before = await ask(order);
  await change();
  const after = await ask(order, etagOf(before));
  expect([what, after.status], after.text).toEqual([what, 200]);
  expect(etagOf(after), what).not.toBe(etagOf(before));
  expect(after.text, what).not.toBe(before.text);
  expect((await ask(order, etagOf(after))).status, what).toBe(304);
}

describe('an order', () => {
  it('is 304 without a body to whoever has it, however they write its tag, and 200 to others', async () => {
    const order = await placed();
    const first = await ask(order);
    const etag = etagOf(first);
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    for (const tag of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await ask(order, tag);
      expect([again.status, again.text, etagOf(again), again.headers.get('cache-control')]).toEqual([304, '', etag, 'no-store']);
      expect(again.headers.get('content-type')).toBeNull();
    }
    for (const tag of ['"other"', etag.slice(0, -2), 'W/""', ' ']) {
      const other = await ask(order, tag);
      expect([other.status, other.text, etagOf(other)]).toEqual([200, first.text, etag]);
    }
  });

  it('has the same tag for its guest, its shopper and an admin, who all see the same', async () => {
    const body = { items: [{ productId, quantity: 1 }], email: 'a@example.com', shippingMethod: 'standard' };
    const { shippingAddress } = (await ask(await placed())).body;
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const { id, accessToken } = (await shopper.call('/api/orders', { body: { ...body, shippingAddress }, headers })).body;
    const seen = [await shopper.call(`/api/orders/${id}`), await admin.call(`/api/orders/${id}`)];
    expect(accessToken).toBeUndefined();
    expect(new Set(seen.map(({ text }) => text)).size).toBe(1);
    expect(new Set(seen.map(etagOf)).size).toBe(1);
  });

  it('stays a 404 for a stranger who has its tag, or asks for any', async () => {
    const order = await placed();
    const etag = etagOf(await ask(order));
    for (const tag of [etag, '*']) {
      const known = { 'if-none-match': tag };
      const replies = [
        await shop.call(`/api/orders/${order.id}`, { headers: known }),
        await shop.call(`/api/orders/${order.id}`, { headers: { ...known, 'x-order-token': (await placed()).accessToken } }),
        await shopper.call(`/api/orders/${order.id}`, { headers: known }),
      ];
      for (const { status, body } of replies) expect([status, body?.code]).toEqual([404, 'order-not-found']);
    }
    const bad = { authorization: 'Bearer nonsense', 'if-none-match': '*' };
    expect((await shop.call(`/api/orders/${order.id}`, { headers: bad })).status).toBe(401);
    expect((await shop.call('/api/orders', { headers: { 'if-none-match': '*' } })).status).toBe(401);
  });

  it('gets another tag by each step from the cart to the door and back', async () => {
    const order = await placed();
    const move = (body: object) => admin.call(`/api/orders/${order.id}/status`, { method: 'PUT', body });
    const refund = (amount: number) =>
      admin.call('/api/payment/refund', {
        headers: { 'idempotency-key': crypto.randomUUID() },
        body: { orderId: order.id, amount: { amount, currency: 'USD' } },
      });
    let intentId = '';
    await expectChange(order, 'an intent', async () => {
      intentId = (await buyer.intent(order)).body.id;
    });
    await expectChange(order, 'a decline', () => buyer.confirm(order, intentId, 'pm_card_declined'));
    await expectChange(order, 'a question of the bank', () => buyer.confirm(order, intentId, 'pm_card_authenticationRequired'));
    await expectChange(order, 'paid', () => buyer.confirm(order, intentId, 'pm_card_visa'));
    await expectChange(order, 'packed', () => move({ status: 'packed' }));
    await expectChange(order, 'shipped', () => move({ status: 'shipped', tracking: { carrier: 'Rum Express', number: 'RX 1' } }));
    await expectChange(order, 'delivered', () => move({ status: 'delivered', reason: 'At the door.' }));
    await expectChange(order, 'a part given back', () => refund(100));
    await expectChange(order, 'the same part again', () => refund(100));
  });

  it('gets another tag by each change of a row that it shows, all in the same millisecond', async () => {
    const order = await placed();
    const { body: intent } = await buyer.intent(order);
    await buyer.confirm(order, intent.id, 'pm_card_visa');
    const [payment] = await shop.database.query<{ id: string }>('select id from payments where order_id = $1', [order.id]);
    const at = '2026-01-01T00:00:00.000Z';
    await shop.database.query('update orders set updated_at = $2 where id = $1', [order.id, at]);
    const refund = `insert into refunds (id, order_id, payment_id, amount, currency, actor, status, created_at, updated_at)
      values (gen_random_uuid(), $1, $2, 7, 'USD', 'system', 'pending', '${at}', '${at}')`;
    const changes: [string, unknown[]][] = [
      ['update orders set tracking = \'{"carrier": "x", "number": "y"}\' where id = $1', []],
      ["update orders set email = 'erased' where id = $1", []],
      ["update payments set status = 'processing' where order_id = $1", []],
      ["update payments set status = 'succeeded' where order_id = $1", []],
      [refund, [payment?.id]],
      [refund, [payment?.id]],
      ["update refunds set status = 'succeeded' where id = (select min(id::text)::uuid from refunds where order_id = $1)", []],
      [
        'update refunds set status = \'failed\', failure = \'{"code": "x", "message": "y"}\' where order_id = $1 and status = \'pending\'',
        [],
      ],
    ];
    for (const [text, values] of changes) await expectChange(order, text, () => shop.database.query(text, [order.id, ...values]));
  });

  it('keeps its tag while nothing happens to it, though other orders change', async () => {
    const [order, other] = [await placed(), await placed()];
    const etag = etagOf(await ask(order));
    await buyer.cancel(other);
    expect((await ask(order, etag)).status).toBe(304);
  });
});

describe('a list of orders', () => {
  const list = (person: Person, query = '', tag?: string) =>
    person.call(`/api/orders${query}`, tag ? { headers: { 'if-none-match': tag } } : {});

  it('is 304 until an order comes, changes or leaves', async () => {
    const order = await placed();
    for (const change of [placed, () => buyer.intent(order), () => buyer.cancel(order)]) {
      const before = await list(admin);
      expect((await list(admin, '', etagOf(before))).status).toBe(304);
      await change();
      const after = await list(admin, '', etagOf(before));
      expect([after.status, after.text === before.text]).toEqual([200, false]);
      expect((await list(admin, '', etagOf(after))).text).toBe('');
    }
    const unpaid = '?status=pending_payment&limit=100';
    const leaving = await placed();
    const before = await list(admin, unpaid);
    await buyer.cancel(leaving);
    const after = await list(admin, unpaid, etagOf(before));
    expect(after.status).toBe(200);
    expect(after.body.items.map(({ id }: Placed) => id)).not.toContain(leaving.id);
  });

  it("has a tag for each viewer and query, and nobody's is good for another", async () => {
    const queries = ['', '?limit=2', '?limit=3', '?limit=2&skip=1', '?status=paid&limit=2', '?status=delivered&limit=2'];
    const pages = [];
    for (const person of [shopper, admin]) for (const query of queries) pages.push({ person, query, reply: await list(person, query) });
    const { nextCursor } = (await list(admin, '?limit=2')).body;
    pages.push({ person: admin, query: `?limit=2&cursor=${nextCursor}`, reply: await list(admin, `?limit=2&cursor=${nextCursor}`) });
    for (const { person, query, reply } of pages) {
      for (const other of pages) {
        const { status } = await list(person, query, etagOf(other.reply));
        expect([query, other.query, status]).toEqual([query, other.query, other.reply.text === reply.text ? 304 : 200]);
      }
    }
  });
});

describe('a 304', () => {
  it('takes one statement, which reads no items, history or address', async () => {
    const order = await placed();
    const etag = etagOf(await ask(order));
    const listTag = etagOf(await admin.call('/api/orders'));
    const recorder = recordRoundTrips();
    try {
      for (const read of [() => ask(order, etag), () => admin.call('/api/orders', { headers: { 'if-none-match': listTag } })]) {
        const { result, trips, statements } = await recorder.during(read);
        expect([result.status, trips.postgres, trips.afterCommit]).toEqual([304, 1, 0]);
        expect(statements.join()).not.toMatch(/order_items|order_history|shipping_address|json_agg/);
      }
      const { trips } = await recorder.during(() => ask(order));
      expect(trips.postgres).toBe(1);
    } finally {
      recorder.end();
    }
  });
});
