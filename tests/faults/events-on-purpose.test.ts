/** The faults of the event bus and of mails that a presenter switches on: what an operator sees of each, and that the shop heals by itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectAgreement, order, stockUp } from '#tests/support/effects.ts';
import { beginFaults, captureLog, letFaultsEnd } from '#tests/support/faults-on-purpose.ts';
import { mailsWhere } from '#tests/support/mails.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

const log = captureLog();
let shop: Shop;
let admin: Person;
let productId: string;
let [orders, payments] = [0, 0];
beforeAll(async () => {
  shop = await startShop({ FAULTS_ALLOWED: 'true', POWERTOOLS_LOG_LEVEL: 'INFO' }, { pumps: true });
  admin = await signIn(shop, 'admin');
  productId = await stockUp(shop.database);
});
afterAll(() => shop.end());
beforeEach(async () => {
  await beginFaults(admin);
  log.forget();
});

const placed = () => {
  orders += 1;
  return order(shop, productId, 'placed');
};
const paid = () => {
  orders += 1;
  payments += 1;
  return order(shop, productId, 'paid');
};
const agreed = () => expectAgreement(shop.database, { orders, payments, refunds: 0 });
const lines = (message: string) => log.lines().filter((line) => line.message === message);
const waiting = () =>
  shop.database.query<{ id: string }>('select id, type, tries, last_error from outbox where published_at is null order by created_at, id');
const relay = (minutes = 1) => shop.gateway.invoke('OpsRelayOutbox', { time: new Date(Date.now() + minutes * 60_000).toISOString() });

describe('bus-away', () => {
  it('has calls go where nobody listens: the outbox fills, the breaker opens, the relay fails; afterwards all is sent, nothing twice', async () => {
    await beginFaults(admin, { name: 'bus-away' });
    await paid();
    const refused = expect.stringContaining('connect ECONNREFUSED 127.0.0.1:2');
    expect(lines('the event bus is not used for now')[0]).toMatchObject({ level: 'WARN', reason: refused });
    await expect(relay()).rejects.toThrow('ECONNREFUSED');
    const held = await waiting();
    expect(held).toMatchObject([
      { type: 'order.created.v1', tries: expect.any(Number), last_error: refused },
      { type: 'order.paid.v1', tries: expect.any(Number), last_error: refused },
    ]);
    await beginFaults(admin);
    await shop.pumps.settled();
    const sent = shop.gateway.bus.recent().map(({ detail }) => (detail as { id: string }).id);
    for (const { id } of held) expect(sent.filter((each) => each === id)).toEqual([id]);
    await agreed();
  });

  it('ends by the clock, though nobody ends it', async () => {
    await beginFaults(admin, { name: 'bus-away' });
    await placed();
    await letFaultsEnd(shop);
    await expect.poll(async () => (await relay().catch(() => undefined)) && (await waiting())).toEqual([]);
    await shop.pumps.settled();
    await agreed();
  });
});

describe('duplicate-deliveries', () => {
  it('has events really arrive twice, and each takes effect once', async () => {
    await beginFaults(admin, { name: 'duplicate-deliveries' });
    await paid();
    await shop.pumps.settled();
    const sent = shop.gateway.bus.recent().map(({ detail }) => (detail as { id: string }).id);
    const before = lines('event').filter(({ outcome }) => outcome === 'handled before');
    expect(before.length).toBeGreaterThan(0);
    for (const { event_id } of before) expect(sent.filter((id) => id === event_id).length).toBeGreaterThan(1);
    await agreed();

    await beginFaults(admin);
    log.forget();
    await placed();
    await shop.pumps.settled();
    expect(lines('event').filter(({ outcome }) => outcome === 'handled before')).toEqual([]);
  });
});

describe('mail-failing', () => {
  const dead = async () => (await shop.pumps.queues()).find(({ name }) => name === 'NotifyPeopleQueue')?.dead;

  it('has mails fail until their events are dead letters, which are sent back by themselves afterwards: each mail goes once', async () => {
    await beginFaults(admin, { name: 'mail-failing' });
    const orderId = await placed();
    await shop.pumps.settled();
    expect(await dead()).toBe(1);
    expect(await mailsWhere(shop, 'order_id = $1', [orderId])).toMatchObject([
      { status: 'pending', tries: 5, reason: 'Error: connect ECONNREFUSED 127.0.0.1:2' },
    ]);
    await beginFaults(admin);
    await expect.poll(dead).toBe(0);
    await shop.pumps.settled();
    expect(await mailsWhere(shop, 'order_id = $1', [orderId])).toMatchObject([{ status: 'sent', tries: 6 }]);
    await agreed();
  });
});
