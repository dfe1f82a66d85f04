/** Whatever is done to an order, in whatever order and at once: money, stock, history and events stay in step. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayBecome, type OrderStatus } from '#functions/orders/lib/order-states.ts';
import { sign } from '#functions/payments/lib/webhook-signature.ts';
import { guest, type Reply, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let buyer: ReturnType<typeof guest>;
beforeAll(async () => {
  shop = await startShop();
  buyer = guest(shop);
});
afterAll(() => shop.end());

const initialStock = 5;
async function newProduct(): Promise<string> {
  const id = randomUUID();
  await shop.database.query(
    `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at) values ($1, $2, 'Machined', '', 1999, $3, now(), now())`,
    [id, `machined-${id}`, initialStock],
  );
  return id;
}

const run = (logicalId: string, afterSeconds: number) =>
  shop.gateway.invoke(logicalId, { time: new Date(Date.now() + afterSeconds * 1000).toISOString() }, 30_000);
const webhook = (type: string, intentId: string) => {
  const text = JSON.stringify({ id: `evt_${randomUUID()}`, type: `payment_intent.${type}`, data: { object: { id: intentId } } });
  return shop.call('/api/payment/webhook', { body: text, headers: { 'stripe-signature': sign(text, 'whsec_local_kelvo', new Date()) } });
};

interface Run {
  productId: string;
  order: { id: string; accessToken: string };
  /** Every intent that the order ever had. */
  intents: string[];
}

/** What a shopper, the provider, the clock and other shoppers do. `which` picks one of the intents so far. */
const steps = {
  intent: async ({ order, intents }: Run) => {
    const reply = await buyer.intent(order);
    if (reply.body.id && !intents.includes(reply.body.id)) intents.push(reply.body.id);
    return reply;
  },
  'pay well': ({ order, intents }: Run, which: number) => pay(order, intents, which, 'pm_card_visa'),
  'pay badly': ({ order, intents }: Run, which: number) => pay(order, intents, which, 'pm_card_declined'),
  'pay asking': ({ order, intents }: Run, which: number) => pay(order, intents, which, 'pm_card_authenticationRequired'),
  'hear of success': ({ intents }: Run, which: number) => hear('succeeded', intents, which),
  'hear of failure': ({ intents }: Run, which: number) => hear('payment_failed', intents, which),
  'hear of an end': ({ intents }: Run, which: number) => hear('canceled', intents, which),
  'hear of a question': ({ intents }: Run, which: number) => hear('requires_action', intents, which),
  cancel: ({ order }: Run) => buyer.cancel(order),
  expire: async ({ order }: Run) => {
    await shop.database.query(`update orders set created_at = created_at - interval '1 hour' where id = $1`, [order.id]);
    await run('OrdersExpireOrders', 0);
    return undefined;
  },
  'others buy the rest': async ({ productId }: Run) => {
    const [row] = await shop.database.query<{ stock: number }>('select stock from products where id = $1', [productId]);
    return row?.stock ? buyer.order([{ productId, quantity: row.stock }]) : undefined;
  },
  'finish refunds': async () => {
    await run('PaymentsFinishRefunds', 60);
    return undefined;
  },
} satisfies Record<string, (run: Run, which: number) => Promise<Reply | undefined>>;
type Step = [name: keyof typeof steps, which: number];

const pay = async (order: Run['order'], intents: string[], which: number, method: string) => {
  const intent = intents[which % intents.length];
  return intent === undefined ? undefined : buyer.confirm(order, intent, method);
};
const hear = async (type: string, intents: string[], which: number) => {
  const intent = intents[which % intents.length];
  return intent === undefined ? undefined : webhook(type, intent);
};

/** Runs groups of steps, each group at once, and gives what they left. */
async function play(groups: readonly (readonly Step[])[]): Promise<Run> {
  const productId = await newProduct();
  const placed = await buyer.order([{ productId, quantity: 2 }]);
  const game: Run = { productId, order: placed.body, intents: [] };
  for (const group of groups) {
    const replies = await Promise.all(group.map(([name, which]) => steps[name](game, which)));
    for (const reply of replies) if (reply) expect(reply.status, reply.text).toBeLessThan(500);
  }
  await run('PaymentsFinishRefunds', 60);
  return game;
}

interface Books {
  status: OrderStatus;
  total: number;
  history: OrderStatus[];
  events: string[];
  charged: number;
  refunded: number;
  pending_refunds: number;
  at_provider: number;
  stock: number;
  held: number;
  moved: number;
}

async function booksOf({ order, productId }: Run): Promise<Books> {
  const { body } = await buyer.read(order);
  const history = body.history.map((entry: { status: OrderStatus }) => entry.status);
  const [books] = await shop.database.query<Omit<Books, 'history'>>(
    `select o.status, o.total::integer as total,
            (select json_agg(type order by type) from outbox where event->>'subject' = o.id::text and type like 'order.%') as events,
            (select coalesce(sum(amount), 0)::integer from payments where order_id = o.id and status = 'succeeded') as charged,
            (select coalesce(sum(amount), 0)::integer from refunds where order_id = o.id and status = 'succeeded') as refunded,
            (select count(*)::integer from refunds where order_id = o.id and status = 'pending') as pending_refunds,
            (select coalesce(sum(m.amount), 0)::integer from mock_refunds m join payments p on p.intent_id = m.intent_id where p.order_id = o.id) as at_provider,
            (select stock from products where id = $2) as stock,
            (select coalesce(sum(i.quantity), 0)::integer from order_items i join orders own on own.id = i.order_id
              where i.product_id = $2 and own.status in ('pending_payment', 'paid', 'packed')) as held,
            (select coalesce(sum(delta), 0)::integer from stock_movements where product_id = $2) as moved
       from orders o where o.id = $1`,
    [order.id, productId],
  );
  if (!books) throw new Error('The order is gone');
  return { ...books, history };
}

function expectInStep(books: Books): void {
  const { status, total, history, events, charged, refunded, pending_refunds, at_provider, stock, held, moved } = books;
  expect(stock + held).toBe(initialStock);
  expect(moved).toBe(stock - initialStock);
  expect(stock).toBeGreaterThanOrEqual(0);
  expect([history[0], history.at(-1)]).toEqual(['pending_payment', status]);
  for (const [i, to] of history.slice(1).entries())
    expect([history[i], to, mayBecome(history[i] as OrderStatus, to)]).toEqual([history[i], to, true]);
  expect(events).toEqual(history.map((to) => `order.${to === 'pending_payment' ? 'created' : to}.v1`).toSorted());
  expect(charged - refunded).toBe(status === 'paid' ? total : 0);
  expect([pending_refunds, at_provider]).toEqual([0, refunded]);
}

describe('an order', () => {
  const names = Object.keys(steps) as (keyof typeof steps)[];
  // Mostly what moves it on; the rest as often as it may.
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.oneof(fc.constantFrom<keyof typeof steps>('intent', 'pay well', 'hear of success', 'cancel'), fc.constantFrom(...names)),
    fc.nat(3),
  );

  it('keeps its books through any sequence of events', async () => {
    const sequence = fc.array(
      step.map((one) => [one]),
      { minLength: 2, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(sequence, async (groups) => expectInStep(await booksOf(await play([[['intent', 0]], ...groups])))),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('keeps them when several come at once', async () => {
    const storm = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(storm, async (groups) => expectInStep(await booksOf(await play([[['intent', 0]], ...groups])))),
      { numRuns: 30, endOnFailure: true },
    );
  });

  it('that was paid twice, and given the first payment back, gives back the second when it is cancelled', async () => {
    const game = await play([
      [['intent', 0]],
      [['hear of an end', 0]], // the provider gave the first intent up
      [['intent', 0]],
      [['pay well', 1]],
      [['hear of success', 0]], // and was wrong
    ]);
    expect(game.intents).toHaveLength(2);
    expect(await booksOf(game)).toMatchObject({
      status: 'paid',
      charged: 2 * (await booksOf(game)).total,
      refunded: (await booksOf(game)).total,
    });
    expect((await buyer.cancel(game.order)).body.status).toBe('refunded');
    expectInStep(await booksOf(game));
  });

  it('does not mind what else the provider has to tell', async () => {
    const game = await play([[['intent', 0]]]);
    const [intent = ''] = game.intents;
    for (const type of ['customer.created', 'payment_intent.created', 'constructor', '__proto__', 'toString', '']) {
      const text = JSON.stringify({ id: `evt_${randomUUID()}`, type, data: { object: { id: intent } } });
      const reply = await shop.call('/api/payment/webhook', {
        body: text,
        headers: { 'stripe-signature': sign(text, 'whsec_local_kelvo', new Date()) },
      });
      expect([type, reply.status]).toEqual([type, 200]);
    }
    expect((await buyer.read(game.order)).body).toMatchObject({ status: 'pending_payment', payment: { status: 'requires_confirmation' } });
  });

  it('that expired and sold out is not revived by a late success, which goes back', async () => {
    const game = await play([[['intent', 0]], [['expire', 0]], [['others buy the rest', 0]], [['hear of success', 0]]]);
    const books = await booksOf(game);
    expect(books.history).toEqual(['pending_payment', 'expired', 'refunded']);
    expectInStep(books);
  });
});
