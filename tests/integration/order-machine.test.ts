/** Whatever is done to an order, in whatever order and at once: money, stock, history and events stay in step, here and at the providers. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayBecome, type OrderStatus } from '#functions/orders/lib/order-states.ts';
import { type Books, type Game, initialStock, orderGame, quantity, type Run, type Step } from '#tests/support/order-game.ts';
import { signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';
import { type StripeServer, startStripe } from '#tests/support/stripe-server.ts';

let stripe: StripeServer;
let shop: Shop;
let game: Game;
beforeAll(async () => {
  stripe = await startStripe();
  shop = await startShop(stripe.variables); // on the mock by now; orders that were begun at Stripe are still there
  game = await orderGame(shop, stripe, await signIn(shop, 'admin'));
});
afterAll(async () => {
  await shop.end();
  await stripe.close();
});

/** Runs groups of steps, each group at once, and gives what they left. */
async function play(groups: readonly (readonly Step[])[], startsAtStripe = false): Promise<Run> {
  const run = await game.newRun(startsAtStripe);
  for (const group of groups) {
    const replies = await Promise.all(group.map(async ([name, which]) => [name, await game.steps[name](run, which)] as const));
    for (const [name, reply] of replies) if (reply) expect(reply.status, `${name}: ${reply.text}`).toBeLessThan(500);
    expect(await game.countedTooEarly(run)).toEqual([]);
  }
  await game.letItEnd(run);
  return run;
}

const times = (count: number, type: string) => Array.from({ length: count }, () => type);

function expectInStep({ order, history, events, charged, refunded, refunds, provider, paymentStatuses, ...goods }: Books): void {
  const isPaid = order.status === 'paid' || order.status === 'packed';
  const total = order.total.amount;

  // Goods: what this order keeps although its money went back by amount is neither in stock nor held.
  const wasHeld = ['paid', 'packed'].includes(history.at(-2) ?? '');
  const kept = order.status === 'refunded' && wasHeld && goods.returned === 0 ? quantity : 0;
  if (kept > 0) expect(refunds.some(({ status, byAmount }) => byAmount && status !== 'pending')).toBe(true);
  expect(goods.stock + goods.held + kept).toBe(initialStock);
  expect(goods.moved).toBe(goods.stock - initialStock);
  expect(goods.stock).toBeGreaterThanOrEqual(0);

  expect([history[0], history.at(-1)]).toEqual(['pending_payment', order.status]);
  for (const [i, to] of history.slice(1).entries())
    expect([history[i], to, mayBecome(history[i] as OrderStatus, to)]).toEqual([history[i], to, true]);

  // Money: as the providers have it, and nobody is owed what is not shown.
  expect(paymentStatuses).toEqual(provider.intents);
  expect(refunded).toBe(provider.refunded);
  expect(refunds.filter(({ status }) => status === 'pending')).toEqual([]);
  expect(charged).toBeGreaterThanOrEqual(refunded);
  expect(order.refundDue.amount).toBe(Math.max(0, charged - refunded - (isPaid ? total : 0)));
  if (order.refundDue.amount > 0) expect(refunds.some(({ status }) => status === 'failed')).toBe(true);
  if (isPaid) expect(charged - refunded).toBeGreaterThan(0);
  if (history.includes('cancelled') || history.includes('expired')) expect(provider.open).toEqual([]); // it closed only when no money could come

  expect(events).toEqual(
    [
      ...history.map((to) => `order.${to === 'pending_payment' ? 'created' : to}.v1`),
      ...times(provider.declines, 'payment.failed.v1'),
      ...times(provider.arrived, 'payment.refunded.v1'),
      ...times(refunds.filter(({ status }) => status === 'failed').length, 'payment.refund-failed.v1'),
    ].toSorted(),
  );
}

describe('an order', () => {
  const names = () => Object.keys(game.steps) as Step[0][];
  const usual: Step[0][] = [
    'intent',
    'pay well',
    'pay slowly',
    'the money arrives',
    'cancel',
    'refund all',
    'pay by a card whose refunds come back',
    'pay by a card whose refunds wait',
  ];
  // Mostly what moves it on; the rest as often as it may.
  const step = () => fc.tuple(fc.oneof(fc.constantFrom(...usual), fc.constantFrom(...names())), fc.nat(3));

  it('keeps its books through any sequence of events', { timeout: 240_000 }, async () => {
    const sequence = fc.array(
      step().map((one) => [one]),
      { minLength: 2, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(sequence, fc.boolean(), async (groups, startsAtStripe) =>
        expectInStep(await game.booksOf(await play([[['intent', 0]], ...groups], startsAtStripe))),
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('keeps them when several come at once', { timeout: 240_000 }, async () => {
    const storm = fc.array(fc.array(step(), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(storm, fc.boolean(), async (groups, startsAtStripe) =>
        expectInStep(await game.booksOf(await play([[['intent', 0]], ...groups], startsAtStripe))),
      ),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('that was paid twice, and given the first payment back, gives back the second when it is cancelled', async () => {
    const run = await play([
      [['intent', 0]],
      [['the provider cancels', 0]], // it gave the first intent up
      [['intent', 0]],
      [['pay well', 1]],
      [['the money arrives', 0]], // and was wrong
    ]);
    expect(run.intents).toHaveLength(2);
    const { amount } = run.order.total;
    expect(await game.booksOf(run)).toMatchObject({ order: { status: 'paid' }, charged: 2 * amount, refunded: amount });
    expect((await guest(shop).cancel(run.order)).body.status).toBe('refunded');
    expectInStep(await game.booksOf(run));
  });

  it('that expired and sold out is not revived by a late success, which goes back', async () => {
    const books = await game.booksOf(
      await play([[['intent', 0]], [['expire', 0]], [['others buy the rest', 0]], [['the money arrives', 0]]]),
    );
    expect(books.history).toEqual(['pending_payment', 'expired', 'refunded']);
    expectInStep(books);
  });

  it('that somebody cancelled is never revived: a late success goes back', async () => {
    const books = await game.booksOf(await play([[['intent', 0]], [['cancel', 0]], [['the money arrives', 0]]]));
    expect(books.history).toEqual(['pending_payment', 'cancelled', 'refunded']);
    expectInStep(books);
  });

  it('whose two tries are told late and twice tells of each once', async () => {
    const books = await game.booksOf(
      await play([
        [['intent', 0]],
        [['pay badly', 0]],
        [['pay badly', 0]],
        [
          ['hear of a decline', 0],
          ['hear of a decline', 1],
        ],
        [['pay asking', 0]],
        [['hear of a decline', 1]],
      ]),
    );
    expect(books.events).toEqual(['order.created.v1', 'payment.failed.v1', 'payment.failed.v1']);
    expect(books.order.payment?.status).toBe('requires_action');
  });

  it('does not mind what else the provider has to tell', async () => {
    const run = await play([[['intent', 0]]]);
    const [id = ''] = run.intents;
    for (const type of ['customer.created', 'payment_intent.created', 'constructor', '__proto__', 'toString', '', randomUUID()])
      expect([type, (await game.webhook(type, { id })).status]).toEqual([type, 200]);
    expect((await game.booksOf(run)).order).toMatchObject({ status: 'pending_payment', payment: { status: 'requires_confirmation' } });
  });
});
