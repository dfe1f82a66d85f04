/** The faults of the payment provider that a presenter switches on: what an operator sees of each, and that nothing is left of it when its time is over. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginFaults, captureLog, letFaultsEnd } from '#tests/support/faults-on-purpose.ts';
import { mailsWhere } from '#tests/support/mails.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

const log = captureLog();
let shop: Shop;
let admin: Person;
let buyer: ReturnType<typeof guest>;
let productId: string;
beforeAll(async () => {
  shop = await startShop({ FAULTS_ALLOWED: 'true', POWERTOOLS_LOG_LEVEL: 'INFO' }, { pumps: true });
  admin = await signIn(shop, 'admin');
  buyer = guest(shop);
  [{ id: productId }] = (await shop.database.query<{ id: string }>('select id from products where stock >= 60 order by id limit 1')) as [
    { id: string },
  ];
});
afterAll(() => shop.end());
beforeEach(async () => {
  await beginFaults(admin);
  log.forget();
});

async function withIntent() {
  const { body: order } = await buyer.order([{ productId, quantity: 1 }]);
  const { body: intent } = await buyer.intent(order);
  return { order, intent };
}
async function paid() {
  const { order, intent } = await withIntent();
  expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
  return { order, intent };
}
const lineOf = (route: string) => log.lines().find((line) => line.message === 'request' && line.route === route);
const mockIntent = async (id: string) => (await shop.database.query('select status, tries from mock_intents where id = $1', [id]))[0];

describe('payment-declines', () => {
  it('has the provider itself decline good cards: event, metric and mail are those of any decline, and the same intent is paid afterwards', async () => {
    const { order, intent } = await withIntent();
    await beginFaults(admin, { name: 'payment-declines' });
    const { status, body } = await buyer.confirm(order, intent.id, 'pm_card_visa');
    expect([status, body.status, body.lastError]).toEqual([200, 'failed', { code: 'card-declined', message: 'Your card was declined.' }]);
    expect(await mockIntent(intent.id)).toEqual({ status: 'failed', tries: 1 });
    expect(lineOf('/api/payment/confirm')).toMatchObject({ payment_status: 'failed', payment_failures: 1 });
    await shop.pumps.settled();
    expect(await mailsWhere(shop, "order_id = $1 and kind = 'payment-failed'", [order.id])).toHaveLength(1);
    expect((await buyer.read(order)).body.status).toBe('pending_payment');

    await letFaultsEnd(shop);
    await expect.poll(async () => (await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
    expect((await buyer.read(order)).body.status).toBe('paid');
  });
});

describe('provider-slow', () => {
  it('has answers arrive late, and lets them say what they say', async () => {
    const { order, intent } = await withIntent();
    await beginFaults(admin, { name: 'provider-slow', strength: 0.3 });
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
    expect(lineOf('/api/payment/confirm')?.duration_ms).toBeGreaterThan(1_500);
    await letFaultsEnd(shop);
    await expect
      .poll(async () => {
        log.forget();
        await withIntent();
        return lineOf('/api/payment/create-intent')?.duration_ms;
      })
      .toBeLessThan(1_500);
  });
});

describe('provider-away', () => {
  it('is a connection that is refused: the provider hears of nothing, orders stay payable, refunds are made afterwards, once', async () => {
    const [{ order }, payable, unasked] = [await paid(), await withIntent(), (await buyer.order([{ productId, quantity: 1 }])).body];
    await beginFaults(admin, { name: 'provider-away' });
    log.forget();
    for (const reply of [
      await buyer.intent(unasked),
      await buyer.confirm(payable.order, payable.intent.id, 'pm_card_visa'),
      await buyer.cancel(order),
    ]) {
      expect([reply.status, reply.body.code, reply.headers.get('retry-after')]).toEqual([503, 'provider-unavailable', '2']);
    }
    expect(lineOf('/api/payment/confirm')?.error).toMatchObject({ message: 'connect ECONNREFUSED 127.0.0.1:2' });
    expect(await mockIntent(payable.intent.id)).toEqual({ status: 'requires_confirmation', tries: 0 });

    await letFaultsEnd(shop);
    await expect.poll(async () => (await buyer.confirm(payable.order, payable.intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
    expect((await buyer.intent(unasked)).status).toBe(201);
    const inAMinute = { time: new Date(Date.now() + 60_000).toISOString() };
    expect(await shop.gateway.invoke('PaymentsFinishRefunds', inAMinute)).toEqual({ refunded: 1 });
    expect(await shop.gateway.invoke('PaymentsFinishRefunds', inAMinute)).toEqual({ refunded: 0 });
    expect((await buyer.read(order)).body.status).toBe('refunded');
  });
});
