/** The event bus goes away, hangs, takes a part only; the process dies before it could publish. No event is lost, none is sent twice. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { within } from '#local/services/processes.ts';
import { forgetPerProcess } from '#platform/per-process.ts';
import { type FakeBus, startBus } from '#tests/support/bus.ts';
import { startGatewayProcess } from '#tests/support/gateway-process.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let bus: FakeBus;
let shop: Shop;
let buyer: ReturnType<typeof guest>;
let productId: string;
beforeAll(async () => {
  bus = await startBus();
  shop = await startShop({ EVENT_BUS_ENDPOINT: bus.url });
  buyer = guest(shop);
  const [row] = await shop.database.query<{ id: string }>('select id from products where stock > 60 limit 1');
  productId = row?.id ?? '';
  await shop.database.query('update products set stock = 1000000 where id = $1', [productId]);
});
afterAll(async () => {
  await shop.end();
  await bus.stop();
});
beforeEach(async () => {
  await shop.database.query('truncate outbox');
  forgetPerProcess('event-bus-breaker');
  Object.assign(bus, { taken: [], offered: [], mode: 'take', next: [], poison: new Map(), calls: [], delayMs: 0 });
});

const order = () => buyer.order([{ productId, quantity: 1 }]);
const inMinutes = (minutes: number) => ({ time: new Date(Date.now() + minutes * 60_000).toISOString() });
const relay = (minutes = 1) => shop.gateway.invoke('OpsRelayOutbox', inMinutes(minutes), 60_000);
const unpublished = async () =>
  (await shop.database.query<{ id: string }>('select id from outbox where published_at is null order by created_at, id')).map(
    ({ id }) => id,
  );
const ids = (events: { id: string }[]) => events.map(({ id }) => id);

/** Events that could not leave with their orders. */
async function backlog(count: number): Promise<string[]> {
  bus.mode = 'fail';
  const replies = await Promise.all(Array.from({ length: count }, order));
  expect(replies.filter(({ status }) => status !== 201)).toEqual([]);
  const waiting = await unpublished();
  expect(waiting).toHaveLength(count);
  Object.assign(bus, { taken: [], offered: [], calls: [], mode: 'take' });
  return waiting;
}

describe('a bus that is well', () => {
  it('has an order’s event by the time the shopper has the answer, and the relay does not send it again', async () => {
    const { body } = await order();
    expect(bus.taken).toMatchObject([{ type: 'order.created.v1', subject: body.id }]);
    expect(await unpublished()).toEqual([]);
    expect(await relay()).toEqual({ sent: 0 });
    expect(bus.offered).toHaveLength(1);
  });

  it('gets nothing of an order that is refused', async () => {
    expect((await buyer.order([{ productId, quantity: 1 }], { expectedTotal: { amount: 1, currency: 'USD' } })).status).toBe(409);
    expect(bus.offered).toEqual([]);
    expect(await shop.database.query('select 1 from outbox')).toEqual([]);
  });
});

describe('a bus that does not take events', () => {
  it.each(['hang', 'fail'] as const)('(%s) keeps an order waiting for a moment only, and gets them later, once', async (mode) => {
    bus.mode = mode;
    const began = performance.now();
    const { status, body } = await order();
    expect(status).toBe(201);
    expect(performance.now() - began).toBeLessThan(900);
    const waiting = await unpublished();
    expect(waiting).toHaveLength(1);
    expect((await buyer.read(body)).body.status).toBe('pending_payment');

    // A relay finds it still away: nothing changes.
    if (mode === 'fail') {
      await expect(relay()).rejects.toThrow();
      expect(await unpublished()).toEqual(waiting);
    }
    bus.mode = 'take';
    expect(await relay()).toEqual({ sent: 1 });
    expect(ids(bus.taken)).toEqual(waiting);
    expect(await unpublished()).toEqual([]);
  });

  it('leaves those it refuses in the outbox, exactly those', async () => {
    const waiting = await backlog(23);
    const refused = new Set(waiting.filter((_, i) => i % 5 === 2));
    bus.mode = ({ id }) => !refused.has(id);
    await relay();
    expect(await unpublished()).toEqual([...refused]);
    expect(ids(bus.taken)).toEqual(waiting.filter((id) => !refused.has(id)));
    bus.mode = 'take';
    await relay(2);
    expect(await unpublished()).toEqual([]);
    expect(ids(bus.taken).toSorted()).toEqual(waiting.toSorted());
  });

  it('in the middle of a relay has what it took before noted: none goes twice', async () => {
    const waiting = await backlog(25);
    bus.next = ['take', 'fail'];
    expect(await relay()).toEqual({ sent: 25 });
    expect(ids(bus.taken).toSorted()).toEqual(waiting.toSorted());
    bus.next = ['take', 'fail', 'fail'];
    const more = await backlog(25);
    bus.next = ['take', 'fail', 'fail'];
    await expect(relay()).rejects.toThrow('away');
    expect(await unpublished()).toEqual(more.slice(10));
    expect(await relay()).toEqual({ sent: 15 });
    expect(ids(bus.taken).toSorted()).toEqual(more.toSorted());
  });

  it('for one of an order’s two calls has noted what it took by the other', async () => {
    const rows = await shop.database.query<{ id: string; stock: number }>(
      'select id, stock from products where stock between 60 and 1000 limit 11',
    );
    await shop.database.query('update products set stock = 6 where id = any($1)', [rows.map(({ id }) => id)]);
    bus.next = ['take', 'fail'];
    const { status } = await buyer.order(rows.map(({ id }) => ({ productId: id, quantity: 1 })));
    expect(status).toBe(201);
    expect([2, 10]).toContain(bus.taken.length); // both calls are made at once, and the bus takes the one that comes first
    const left = 12 - bus.taken.length;
    expect(await unpublished()).toHaveLength(left);
    expect(await relay()).toEqual({ sent: left });
    expect(new Set(ids(bus.taken)).size).toBe(12);
    expect(bus.taken).toHaveLength(12);
  });

  it('for some events does not keep back the others', async () => {
    const waiting = await backlog(35);
    const refused = waiting.slice(0, 25);
    bus.mode = ({ id }) => !refused.includes(id);
    expect(await relay()).toEqual({ sent: 10 });
    expect(await unpublished()).toEqual(refused);
  });

  it('or is slow about it, gets a long backlog all the same: no transaction outlives its connection', async () => {
    const waiting = await backlog(40);
    const [{ name } = { name: '' }] = await shop.database.query<{ name: string }>('select current_database() as name');
    const limit = `alter role kelvo_app in database ${name}`;
    await shop.database.query(`${limit} set idle_in_transaction_session_timeout = '900ms'`); // for connections that begin from now on
    const gateway = await startGatewayProcess(shop.database.url, { EVENT_BUS_ENDPOINT: bus.url });
    try {
      bus.delayMs = 300;
      expect(await gateway.invoke('OpsRelayOutbox', new Date(Date.now() + 60_000))).toEqual({ sent: 40 });
      expect(ids(bus.taken)).toEqual(waiting);
    } finally {
      await gateway.kill();
      await shop.database.query(`${limit} reset idle_in_transaction_session_timeout`);
    }
  });
});

describe('a bus that hangs', () => {
  it('costs a few requests a moment, and those that follow nothing: they do not ask it', async () => {
    bus.mode = 'hang';
    await order();
    const asked = bus.calls.length;
    for (let i = 0; i < 3; i++) expect((await order()).status).toBe(201);
    expect(bus.calls.length).toBe(asked);
    bus.mode = 'take';
    const before = bus.calls.length;
    const orders = async () => {
      await order();
      return bus.calls.length > before;
    };
    expect(await within(20_000, orders)).toBe(true); // the breaker lets one through after a second
    const { body } = await order();
    expect(bus.taken.map(({ subject }) => subject)).toContain(body.id);
  });
});

describe('events that leave together', () => {
  it('are one call, and all of them are noted', async () => {
    const rows = await shop.database.query<{ id: string }>('select id from products where stock between 60 and 1000 limit 4');
    await shop.database.query('update products set stock = 6 where id = any($1)', [rows.map(({ id }) => id)]);
    await buyer.order(rows.map(({ id }) => ({ productId: id, quantity: 1 })));
    expect(bus.calls).toEqual([5]);
    expect(await unpublished()).toEqual([]);
  });
});

describe('an event that the bus never takes', () => {
  const notes = (id: string) =>
    shop.database.query('select tries, last_error, next_try_at is not null as waits from outbox where id = $1 and published_at is null', [
      id,
    ]);

  it.each([
    ['refuse', /over the limit/],
    ['fail', /500/],
    ['garble', /does not fit/],
  ] as const)('(%s) keeps back no other, wherever it stands, and its row says how often and why', async (mode, reason) => {
    const waiting = await backlog(25);
    const poison = [waiting[0], waiting[7], waiting[24]] as string[];
    bus.poison = new Map(poison.map((id) => [id, mode]));
    const good = waiting.filter((id) => !poison.includes(id));
    await relay().catch(() => undefined);
    await relay(2).catch(() => undefined);
    expect(await unpublished()).toEqual(poison);
    expect(ids(bus.taken).toSorted()).toEqual(good.toSorted());
    for (const id of poison)
      expect(await notes(id)).toEqual([{ tries: expect.any(Number), last_error: expect.stringMatching(reason), waits: true }]);
  });

  it('one that hangs keeps back no other', async () => {
    const waiting = await backlog(12);
    bus.poison = new Map([[waiting[3] as string, 'hang']]);
    expect(await relay()).toEqual({ sent: 11 });
    expect(await unpublished()).toEqual([waiting[3]]);
  });

  it('and one whose row holds no event at all keeps back no other', async () => {
    const waiting = await backlog(12);
    await shop.database.query("update outbox set event = 'null' where id = $1", [waiting[3]]);
    expect(await relay()).toEqual({ sent: 11 });
    expect(await notes(waiting[3] as string)).toMatchObject([{ last_error: expect.stringContaining('has not the form') }]);
  });

  it('is tried less and less often, so that it costs the relay nothing, and goes when it is put right', async () => {
    const [id] = (await backlog(1)) as [string];
    bus.poison = new Map([[id, 'refuse']]);
    for (let minute = 1; minute <= 60; minute++) await relay(minute);
    expect(bus.calls.length).toBeLessThan(10);
    bus.poison.clear();
    expect(await relay(180)).toEqual({ sent: 1 });
  });
});

describe('two relays at once', () => {
  it('share the work and send no event twice', async () => {
    const waiting = await backlog(60);
    bus.delayMs = 5;
    const [first, second, third] = (await Promise.all([relay(), relay(), relay()])) as { sent: number }[];
    expect([first, second, third].reduce((sum, run) => sum + (run?.sent ?? 0), 0)).toBe(60);
    expect(ids(bus.taken).toSorted()).toEqual(waiting.toSorted());
    expect(await unpublished()).toEqual([]);
  });
});

describe('a process killed between commit and publish', () => {
  it('leaves the event in the outbox, and the relay sends it once', async () => {
    bus.mode = 'hang';
    const gateway = await startGatewayProcess(shop.database.url, { EVENT_BUS_ENDPOINT: bus.url });
    const unanswered = guest(gateway)
      .order([{ productId, quantity: 1 }])
      .then(
        () => 'answered',
        () => 'cut off',
      );
    // The bus hears of it, so it is committed; the second that it may take is not over.
    expect(await within(5_000, () => bus.offered.length > 0, 1)).toBe(true);
    await gateway.kill();
    expect(await unanswered).toBe('cut off');
    const waiting = await unpublished();
    expect(waiting).toEqual(ids(bus.offered));
    const [{ orders } = { orders: 0 }] = await shop.database.query<{ orders: number }>(
      `select count(*)::integer as orders from outbox join orders on orders.id = (event->>'subject')::uuid`,
    );
    expect(orders).toBe(1);

    bus.mode = 'take';
    const next = await startGatewayProcess(shop.database.url, { EVENT_BUS_ENDPOINT: bus.url });
    try {
      const soon = new Date(Date.now() + 60_000);
      expect(await next.invoke('OpsRelayOutbox', soon)).toEqual({ sent: 1 });
      expect(await next.invoke('OpsRelayOutbox', soon)).toEqual({ sent: 0 });
    } finally {
      await next.kill();
    }
    expect(ids(bus.taken)).toEqual(waiting);
    expect(await unpublished()).toEqual([]);
  });
});
