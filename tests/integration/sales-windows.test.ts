/** From an order to its minute's sales, through bus, stream and windows as AWS would run them; every event arrives twice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windowClosed } from '#functions/analytics/lib/contract.ts';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { paymentRefunded, refundFailed } from '#functions/payments/lib/contract.ts';
import type { EventData } from '#platform/events/contract.ts';
import type { KelvoEvent } from '#platform/events/event.ts';
import { newId } from '#platform/ids.ts';
import type { Money } from '#platform/money.ts';
import { busEventOf, eventOf, kinesisRecord } from '#tests/support/deliveries.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let admin: Person;
beforeAll(async () => {
  shop = await startShop({}, { pumps: { duplicateEvery: 1 } });
  admin = await signIn(shop, 'admin');
});
afterAll(() => shop.end());

const usd = (amount: number): Money => ({ amount, currency: 'USD' });
const eur = (amount: number): Money => ({ amount, currency: 'EUR' });
/** An instant of a day on which the seed has no orders. */
const on = (time: string) => new Date(`2026-03-${time}Z`);

const orderData = (total: Money, buyer: string): EventData<typeof orderEvents.paid> => ({
  orderId: newId(),
  number: 'K-TEST-TEST',
  status: 'paid',
  total,
  items: [],
  buyer,
  reason: null,
});
const paid = (at: Date, total: Money, buyer: string) => eventOf(orderEvents.paid, orderData(total, buyer), { at });

/** Puts events into the outbox, as a transaction of their time would have, and waits until everybody has handled them. */
async function publish(...events: KelvoEvent[]): Promise<void> {
  for (const event of events)
    await shop.database.query('insert into outbox (id, type, event, created_at) values ($1, $2, $3, $4)', [
      event.id,
      event.type,
      JSON.stringify(event),
      event.time,
    ]);
  await shop.pumps.settled();
}

/** A call of Lambda that the stream of this shop does not make. */
const call = (events: KelvoEvent[], { final = false, early = false } = {}) =>
  shop.gateway.invoke(
    'AnalyticsRollUpSales',
    {
      Records: events.map((event) => kinesisRecord(JSON.stringify(busEventOf(event)))),
      window: { start: '2040-01-01T00:00:00Z', end: '2040-01-01T00:01:00Z' },
      state: {},
      isFinalInvokeForWindow: final,
      isWindowTerminatedEarly: early,
    },
    30_000,
  );

/** Lets the window that is open end. */
async function endWindow(): Promise<void> {
  shop.pumps.advance(60_000);
  await shop.pumps.settled();
}

const sales = async (from: Date, to: Date, step: string) => {
  const { status, body, text } = await admin.call(`/api/analytics/sales?from=${from.toISOString()}&to=${to.toISOString()}&step=${step}`);
  expect(status, text).toBe(200);
  return body.items;
};
const soldIn = async (from: Date, to: Date, step: string) =>
  (await sales(from, to, step)).filter(({ orders }: { orders: number }) => orders > 0);
const told = async (minute: Date): Promise<EventData<typeof windowClosed>[]> =>
  (
    await shop.database.query<{ data: EventData<typeof windowClosed> }>(
      `select event->'data' as data from outbox where type = $1 and event->>'subject' = $2 order by created_at, id`,
      [windowClosed.type, minute.toISOString()],
    )
  ).map(({ data }) => data);

describe('an order that is paid', () => {
  it('counts in its minute, hour and day as soon as its event arrives, and its minute is told of when the window is over', async () => {
    const from = new Date(Date.now() - 120_000);
    const to = new Date(Date.now() + 120_000);
    const before = await sales(from, to, 'day');
    const [product] = await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1');
    const buyer = guest(shop);
    const { body: order } = await buyer.order([{ productId: product?.id ?? '', quantity: 1 }]);
    const { body: intent } = await buyer.intent(order);
    await buyer.confirm(order, intent.id, 'pm_card_visa');
    await shop.pumps.settled();
    const [minute] = await soldIn(from, to, 'minute');
    expect(minute).toMatchObject({ orders: 1, buyers: 1, revenue: [order.total], refunded: [] });
    const orders = (days: { orders: number }[]) => days.reduce((sum, day) => sum + day.orders, 0);
    expect(orders(await sales(from, to, 'day'))).toBe(orders(before) + 1);
    await endWindow();
    expect(await told(new Date(minute.start))).toEqual([
      { windowStart: minute.start, count: 1, totalRevenue: [order.total], uniqueUsers: 1 },
    ]);
  });
});

describe('a minute', () => {
  it('is told of once, and again with the new numbers when an order of it becomes known later', async () => {
    const minute = on('05T10:00:00');
    await publish(paid(on('05T10:00:59.999'), usd(1_200), 'ada'), paid(on('05T10:01:00'), usd(700), 'ada'));
    await endWindow();
    const first = { windowStart: minute.toISOString(), count: 1, totalRevenue: [usd(1_200)], uniqueUsers: 1 };
    expect(await told(minute)).toEqual([first]);
    await publish(paid(on('05T10:00:00'), usd(300), 'ada'), paid(on('05T10:00:30'), eur(500), 'bob'));
    await endWindow();
    const second = { ...first, count: 3, totalRevenue: [eur(500), usd(1_500)], uniqueUsers: 2 };
    expect(await told(minute)).toEqual([first, second]);
    expect((await told(on('05T10:01:00'))).length).toBe(1);
    await endWindow();
    expect((await told(minute)).length).toBe(2);
    expect(await soldIn(on('05T00:00:00'), on('06T00:00:00'), 'day')).toEqual([
      { start: on('05T00:00:00').toISOString(), orders: 4, buyers: 2, revenue: [eur(500), usd(2_200)], refunded: [] },
    ]);
  });

  it('that is not over when its window ends early is told of by the next end', async () => {
    const past = on('06T10:00:00');
    const future = new Date('2040-01-01T00:00:00Z');
    await call([paid(past, usd(1), 'ada'), paid(future, usd(2), 'ada')], { final: true, early: true });
    expect([(await told(past)).length, (await told(future)).length]).toEqual([1, 0]);
    await call([], { final: true });
    expect([(await told(past)).length, (await told(future)).length]).toEqual([1, 1]);
  });

  it('that no window told of is told of by the schedule', async () => {
    const minute = on('07T10:00:00');
    await call([paid(minute, usd(100), 'ada')]);
    const run = (time: string) => shop.gateway.invoke('AnalyticsCloseMinutes', { time: `2026-03-${time}Z` }, 30_000);
    expect(await run('07T10:02:59')).toEqual({ closed: 0 });
    expect(await run('07T10:03:00')).toEqual({ closed: 1 });
    expect(await run('07T10:08:00')).toEqual({ closed: 0 });
    await endWindow();
    expect((await told(minute)).length).toBe(1);
  });
});

describe('a refund', () => {
  it('is shown in the minute in which it went back, days after the order, and no longer when it failed after all', async () => {
    const order = orderData(usd(5_000), 'ada');
    const data = { orderId: order.orderId, refundId: newId(), amount: usd(2_000) };
    const half = { ...data, refundId: newId(), amount: usd(500) };
    await publish(
      eventOf(orderEvents.paid, order, { at: on('10T09:00:00') }),
      eventOf(paymentRefunded, data, { at: on('13T09:00:00') }),
      eventOf(paymentRefunded, half, { at: on('13T23:59:59') }),
    );
    const days = () => sales(on('10T00:00:00'), on('14T00:00:00'), 'day');
    expect(await days()).toMatchObject([
      { orders: 1, revenue: [usd(5_000)], refunded: [] },
      { orders: 0, refunded: [] },
      { orders: 0, refunded: [] },
      { orders: 0, revenue: [], refunded: [usd(2_500)] },
    ]);
    await publish(eventOf(refundFailed, { ...data, code: 'lost_or_stolen_card' }, { at: on('20T09:00:00') }));
    expect((await days())[3].refunded).toEqual([usd(500)]);
    expect(await sales(on('20T00:00:00'), on('21T00:00:00'), 'day')).toMatchObject([{ orders: 0, refunded: [] }]);
  });

  it('that failed before its success was heard of is not shown', async () => {
    const data = { orderId: newId(), refundId: newId(), amount: usd(900) };
    await publish(eventOf(refundFailed, { ...data, code: 'unknown' }, { at: on('15T09:00:00') }));
    await publish(eventOf(paymentRefunded, data, { at: on('14T09:00:00') }));
    expect(await sales(on('14T00:00:00'), on('15T00:00:00'), 'day')).toMatchObject([{ refunded: [] }]);
  });
});

describe('a poisoned record', () => {
  it('keeps back nothing: the orders before and after it count, and its reason is kept', async () => {
    const broken = { ...paid(on('25T10:00:00'), usd(1), 'ada'), data: { total: 'much' } };
    await publish(paid(on('25T10:00:00'), usd(100), 'ada'), broken, paid(on('25T11:00:00'), usd(200), 'bob'));
    expect(await soldIn(on('25T00:00:00'), on('26T00:00:00'), 'day')).toMatchObject([{ orders: 2, revenue: [usd(300)] }]);
    const failures = await shop.database.query('select event_id, type, error from consumer_failures where consumer = $1', [
      'analytics/roll-up-sales',
    ]);
    expect(failures).toEqual([{ event_id: broken.id, type: 'order.paid.v1', error: expect.stringContaining('/orderId') }]);
    await publish(paid(on('25T12:00:00'), usd(400), 'ada'));
    await endWindow();
    expect((await told(on('25T12:00:00'))).length).toBe(1);
    await shop.database.query('delete from outbox where id = $1', [broken.id]);
  });
});
