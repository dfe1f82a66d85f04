/**
 * From an order to all that follows from it: events come three times and in any order, and the process is killed between each two steps. Each
 * effect happens once, and none is lost.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BusEvent } from '#local/pumps/bus.ts';
import { within } from '#local/services/processes.ts';
import type { KelvoEvent } from '#platform/events/event.ts';
import { barrier } from '#tests/support/barrier.ts';
import { type FakeBus, startBus } from '#tests/support/bus.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { busEventOf } from '#tests/support/deliveries.ts';
import { expectAgreement, order, stockUp } from '#tests/support/effects.ts';
import { type GatewayProcess, startGatewayProcess } from '#tests/support/gateway-process.ts';
import { signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

/** In an order that looks like chance and is always the same. */
function shuffled<T>(items: readonly T[]): T[] {
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  return items
    .map((item) => ({ item, place: next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

describe('in a shop whose bus was away', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop({ EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1' }, { pumps: true });
  });
  afterAll(() => shop.end());

  it('each event takes effect once, though all come three times, in any order', async () => {
    const productId = await stockUp(shop.database);
    const admin = await signIn(shop, 'admin');
    for (const upTo of ['placed', 'paid', 'cancelled', 'refunded', 'paid', 'paid'] as const) {
      const id = await order(shop, productId, upTo);
      if (upTo !== 'paid') continue;
      for (const status of ['packed', 'shipped']) {
        const moved = await admin.call(`/api/orders/${id}/status`, { method: 'PUT', body: { status } });
        expect(moved.status).toBe(200);
      }
    }
    const rows = await shop.database.query<{ event: KelvoEvent }>('select event from outbox');
    const events = rows.map(({ event }): BusEvent => ({ ...busEventOf(event), version: '0', bus: 'EventBus' }));
    expect(events.length).toBeGreaterThan(15);
    for (const event of shuffled([...events, ...events, ...events])) await shop.gateway.pumps?.deliver([event]);
    await shop.gateway.pumps?.settled();
    shop.pumps.advance(120_000);
    await shop.gateway.pumps?.settled();
    await shop.database.query('update outbox set published_at = now()');
    await expectAgreement(shop.database, { orders: 6, payments: 4, refunds: 1 });
  });
});

describe('a process that is killed', () => {
  let database: TestDatabase;
  let productId: string;
  let bus: FakeBus;
  let gateway: GatewayProcess | undefined;
  beforeAll(async () => {
    bus = await startBus();
  });
  beforeEach(async () => {
    database = await freshDatabase();
    productId = await stockUp(database);
  });
  afterEach(async () => {
    if (gateway?.alive()) await gateway.kill();
    await database.end();
  });
  afterAll(() => bus.stop());

  // Whoever dies while a mail is being sent keeps it for some seconds, in which nobody else sends it.
  const start = async (variables: Record<string, string> = {}) => {
    gateway = await startGatewayProcess(database.url, variables, { pumpsUrl: database.adminUrl, retryMs: 2_000 });
    return gateway;
  };

  /** Waits until every event is published and no message or record is left to be handled. */
  async function settle(next: GatewayProcess): Promise<void> {
    const idle = async () => {
      await next.invoke('OpsRelayOutbox', new Date(Date.now() + 86_400_000));
      const [row] = await database.query<{ left: number }>(
        `select (select count(*) from outbox where published_at is null)
              + (select count(*) from aws.messages where queue not like '%DeadLetters')
              + (select count(*) from aws.stream_records r
                  where sequence > (select coalesce(min(position), 0) from aws.stream_readers p where p.stream = r.stream)) as left`,
      );
      return Number(row?.left) === 0;
    };
    if (!(await within(40_000, idle))) throw new Error('It did not become idle');
  }

  async function recover(): Promise<GatewayProcess> {
    const next = await start();
    await settle(next);
    return next;
  }

  it('between the commit of an order and its event on the bus loses nothing', async () => {
    Object.assign(bus, { mode: 'hang', offered: [] });
    const first = await start({ EVENT_BUS_ENDPOINT: bus.url });
    const answer = guest(first)
      .order([{ productId, quantity: 2 }])
      .catch(() => undefined);
    expect(await within(10_000, () => bus.offered.length > 0)).toBe(true);
    await first.kill();
    await answer;
    await recover();
    await expectAgreement(database, { orders: 1, payments: 0, refunds: 0 });
  });

  it.each([
    ['between the bus and the first delivery', 'aws.messages', 'update'],
    ['in the middle of a consumer’s transaction', 'notifications', 'insert'],
    ['after a mail was sent and before it was noted', 'notifications', 'update'],
    ['after a consumer’s commit and before its answer', 'aws.messages', 'delete'],
  ] as const)('%s loses nothing, and repeats nothing', async (_, table, when) => {
    const first = await start();
    const held = await barrier(database, table, when, table === 'notifications' && when === 'update' ? "new.status = 'sent'" : 'true');
    await order(first, productId, 'paid');
    await held.reached();
    await first.kill();
    await held.lift();
    await recover();
    await expectAgreement(database, { orders: 1, payments: 1, refunds: 0 });
  });

  it('again and again under traffic loses no order that was accepted, and none of its effects', async () => {
    const accepted = new Set<string>();
    /** Orders by one key until it is accepted, as the SPA does. The gateway is another one after each kill. */
    const insist = (key: ReturnType<typeof randomUUID>) =>
      within(30_000, async () => {
        const reply = await (gateway &&
          guest(gateway)
            .order([{ productId, quantity: 1 }], {}, key)
            .catch(() => undefined));
        if (reply?.status === 201) accepted.add(reply.body.id);
        return reply?.status === 201;
      });
    for (let round = 1; round <= 2; round++) {
      const running = await start();
      const before = accepted.size;
      const shoppers = Array.from({ length: 6 }, () => insist(randomUUID()));
      expect(await within(20_000, () => accepted.size >= before + 2)).toBe(true);
      await running.kill();
      const next = await start();
      expect(await Promise.all(shoppers)).toEqual(Array.from({ length: 6 }, () => true));
      await next.kill();
    }
    // A message that was under way at five kills is a dead letter, as in SQS. Nothing is lost: a redrive brings it back.
    const last = await recover();
    const admin = await signIn(last, 'admin');
    expect((await admin.call('/api/admin/dead-letters/redrive', { body: { queue: 'notify-people' } })).status).toBe(200);
    await settle(last);
    expect(accepted.size).toBe(12);
    await expectAgreement(database, { orders: 12, payments: 0, refunds: 0 });
  });
});
