import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { mayBecome, type OrderStatus, orderStates } from '#functions/orders/lib/order-states.ts';
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
  const body = { name: 'Parcel', description: 'To be sent.', price: { amount: 2500, currency: 'USD' }, stock: 1_000 };
  productId = (await admin.call('/api/products', { body })).body.id;
});
afterAll(() => shop.end());

const tracking = { carrier: 'Rum Express', number: 'RX 123 456' };
const move = (id: string, body: object) => admin.call(`/api/orders/${id}/status`, { method: 'PUT', body });
const eventsOf = async (orderId: string, type: string) =>
  (
    await shop.database.query<{ event: { data: unknown } }>('select event from outbox where type = $1 and event->>$2 = $3', [
      type,
      'subject',
      orderId,
    ])
  ).map(({ event }) => event.data);
const auditOf = async (id: string) => (await admin.call(`/api/admin/audit-log?subject=order:${id}`)).body.items;
const stock = () => stockOf(shop, productId);

async function placed() {
  return (await buyer.order([{ productId, quantity: 2 }])).body;
}
async function paid() {
  const order = await placed();
  const { body: intent } = await buyer.intent(order);
  await buyer.confirm(order, intent.id, 'pm_card_visa');
  return order;
}

describe('moving an order on', () => {
  it('goes from paid over packed and shipped to delivered, and each step is told and remembered', async () => {
    const order = await paid();
    expect((await move(order.id, { status: 'packed' })).body).toMatchObject({ status: 'packed', tracking: null });
    const shipped = await move(order.id, { status: 'shipped', tracking, reason: 'With the noon van.' });
    expect(shipped).toMatchObject({ status: 200, body: { status: 'shipped', tracking, refunded: { amount: 0, currency: 'USD' } } });
    expect((await move(order.id, { status: 'delivered' })).body).toMatchObject({ status: 'delivered', tracking });
    const { body } = await buyer.read(order);
    expect(body.tracking).toEqual(tracking);
    expect(body.history.map(({ status, reason }: { status: string; reason: string | null }) => [status, reason])).toEqual([
      ['pending_payment', null],
      ['paid', null],
      ['packed', null],
      ['shipped', 'With the noon van.'],
      ['delivered', null],
    ]);
    expect(await eventsOf(order.id, 'order.packed.v1')).toHaveLength(1);
    const [event] = await eventsOf(order.id, 'order.shipped.v1');
    expect(orderEvents.shipped.data.parse(event)).toMatchObject({
      orderId: order.id,
      status: 'shipped',
      tracking,
      reason: 'With the noon van.',
    });
    expect(await eventsOf(order.id, 'order.delivered.v1')).toEqual([expect.not.objectContaining({ tracking })]);
    expect(await auditOf(order.id)).toMatchObject([
      { actorId: admin.id, action: 'order.delivered', detail: { before: { status: 'shipped' }, after: { status: 'delivered' } } },
      { actorId: admin.id, action: 'order.shipped', detail: { before: { status: 'packed' }, after: { status: 'shipped', tracking } } },
      { actorId: admin.id, action: 'order.packed', detail: { before: { status: 'paid' }, after: { status: 'packed' } } },
    ]);
  });

  it('follows the table of states, from every state to every other', async () => {
    const { id } = await paid();
    const moves = { packed: 'packed', shipped: 'shipped', delivered: 'delivered' } as const;
    for (const from of orderStates) {
      for (const to of Object.values(moves)) {
        await shop.database.query('update orders set status = $2 where id = $1', [id, from]);
        const reply = await move(id, { status: to });
        if (mayBecome(from as OrderStatus, to)) expect(reply.body.status, `${from} to ${to}`).toBe(to);
        else expect(reply.body, `${from} to ${to}`).toMatchObject({ status: 409, code: 'illegal-transition', from, to });
      }
    }
  });

  it('twice at once happens once', async () => {
    const order = await paid();
    const replies = await Promise.all(Array.from({ length: 10 }, () => move(order.id, { status: 'packed' })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(await eventsOf(order.id, 'order.packed.v1')).toHaveLength(1);
    expect(await auditOf(order.id)).toHaveLength(1);
  });

  it('takes three states only, tracking with shipped alone, and nothing else', async () => {
    const order = await paid();
    const wrong = [
      ...orderStates.filter((status) => !['packed', 'shipped', 'delivered'].includes(status)).map((status) => ({ status })),
      {},
      { status: 'packed', tracking },
      { status: 'packed', total: { amount: 1, currency: 'USD' } },
      { status: 'packed', id: randomUUID() },
      { status: 'packed', actor: 'system' },
      { status: 'shipped', tracking: { ...tracking, url: 'https://example.com' } },
      { status: 'shipped', tracking: { carrier: 'Rum Express' } },
    ];
    for (const body of wrong)
      expect((await move(order.id, body)).body, JSON.stringify(body)).toMatchObject({ status: 400, code: 'invalid-request' });
    expect((await buyer.read(order)).body.status).toBe('paid');
    expect((await move(randomUUID(), { status: 'packed' })).body).toMatchObject({ status: 404, code: 'order-not-found' });
  });

  it('is for admins: a shopper gets 403, nobody 401, not even for their own order', async () => {
    const shopper = await signIn(shop, 'shopper');
    const { body: own } = await guest(shopper).order([{ productId, quantity: 1 }]);
    const call = { method: 'PUT', body: { status: 'packed' } };
    expect((await shopper.call(`/api/orders/${own.id}/status`, call)).body).toMatchObject({ status: 403, code: 'admin-only' });
    const order = await paid();
    const asGuest = { ...call, headers: { 'x-order-token': order.accessToken } };
    expect((await shop.call(`/api/orders/${order.id}/status`, asGuest)).body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});

describe('an admin who cancels', () => {
  const cancel = (id: string, reason: string) => admin.call(`/api/orders/${id}/cancel`, { body: { reason } });

  it('an unpaid order leaves a row in the audit log, a guest who does it does not', async () => {
    const [one, other] = [await placed(), await placed()];
    expect((await cancel(one.id, 'Asked by phone.')).body.status).toBe('cancelled');
    expect(await auditOf(one.id)).toMatchObject([
      {
        actorId: admin.id,
        action: 'order.cancelled',
        detail: { before: { status: 'pending_payment' }, after: { status: 'cancelled', reason: 'Asked by phone.' } },
      },
    ]);
    await buyer.cancel(other);
    expect(await auditOf(other.id)).toEqual([]);
  });

  it('a packed order refunds it, and the log tells both', async () => {
    const before = await stock();
    const order = await paid();
    await move(order.id, { status: 'packed' });
    expect((await cancel(order.id, 'Broken.')).body).toMatchObject({ status: 'refunded', refunded: order.total });
    expect(await stock()).toBe(before);
    expect((await auditOf(order.id)).map(({ action }: { action: string }) => action)).toEqual([
      'order.refunded',
      'order.refund-requested',
      'order.packed',
    ]);
  });

  it('while another ships it ends with one of both: sent and paid, or not sent and refunded', async () => {
    for (let round = 0; round < 5; round++) {
      const before = await stock();
      const order = await paid();
      await move(order.id, { status: 'packed' });
      const [shipped, cancelled] = await Promise.all([move(order.id, { status: 'shipped' }), cancel(order.id, 'Too late?')]);
      const { body } = await buyer.read(order);
      expect(body.status).toBe(shipped?.status === 200 ? 'shipped' : 'refunded');
      if (shipped?.status === 200) expect(cancelled?.body).toMatchObject({ status: 409, code: 'not-cancellable' });
      else expect(['illegal-transition', 'being-refunded']).toContain(shipped?.body.code);
      expect(body.refunded.amount).toBe(shipped?.status === 200 ? 0 : order.total.amount);
      expect(await stock()).toBe(shipped?.status === 200 ? before - 2 : before);
    }
  });
});
