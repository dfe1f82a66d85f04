import { randomUUID } from 'node:crypto';
import type { Order } from '#functions/orders/lib/contract.ts';
import type { OrderStatus } from '#functions/orders/lib/order-states.ts';
import { sign } from '#functions/payments/lib/webhook-signature.ts';
import type { Person } from './people.ts';
import { guest, type Reply, type Shop } from './shop.ts';
import type { StripeServer } from './stripe-server.ts';

/** One order's life: what happens to it, and what the shop and both payment providers say of it in the end. */
export interface Run {
  productId: string;
  order: { id: string; accessToken: string; total: { amount: number } };
  /** Every intent that the order ever had, at whichever provider. */
  intents: string[];
}

/** What the shop and its providers know of an order. */
export interface Books {
  order: Order;
  history: OrderStatus[];
  /** Every event of the order, sorted. */
  events: string[];
  charged: number;
  refunded: number;
  /** Our refunds by status. */
  refunds: { status: string; byAmount: boolean }[];
  /** What the providers have: intents by status, money given back and not come back again, refunds that arrived once, declined tries. */
  provider: { intents: string[]; open: string[]; refunded: number; arrived: number; declines: number };
  paymentStatuses: string[];
  stock: number;
  held: number;
  moved: number;
  /** Pieces of this order that came back into stock. */
  returned: number;
}

export const initialStock = 5;
export const quantity = 2;

/** The players of the game: a shopper, an admin, the providers, the clock and other shoppers. */
export async function orderGame(shop: Shop, stripe: StripeServer, admin: Person) {
  const buyer = guest(shop);
  const { query } = shop.database;
  // The mock keeps how often an intent was tried, but not how often it was declined.
  await query(`
    create table declines (intent_id text, try integer);
    create function note_decline() returns trigger language plpgsql security definer as $$
      begin
        if new.status = 'failed' and new.tries > old.tries then insert into public.declines values (new.id, new.tries); end if;
        return new;
      end $$;
    create trigger declined after update on mock_intents for each row execute function note_decline()`);

  const run = (logicalId: string, afterSeconds: number) =>
    shop.gateway.invoke(logicalId, { time: new Date(Date.now() + afterSeconds * 1000).toISOString() }, 30_000);
  const webhook = (type: string, object: object) => {
    const text = JSON.stringify({ id: `evt_${randomUUID()}`, type, data: { object } });
    return shop.call('/api/payment/webhook', { body: text, headers: { 'stripe-signature': sign(text, 'whsec_local_kelvo', new Date()) } });
  };
  const refund = (body: object) => admin.call('/api/payment/refund', { headers: { 'idempotency-key': randomUUID() }, body });

  async function newRun(startsAtStripe: boolean): Promise<Run> {
    const productId = randomUUID();
    await query(
      `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at) values ($1, $2, 'Machined', '', 1999, $3, now(), now())`,
      [productId, `machined-${productId}`, initialStock],
    );
    const { body: order } = await buyer.order([{ productId, quantity }]);
    if (!startsAtStripe) return { productId, order, intents: [] };
    // Begun to be paid before the shop changed its provider.
    const intent = stripe.createIntent(order.total.amount);
    await query(
      `insert into payments (id, order_id, provider, intent_id, client_secret, amount, currency, status, created_at, updated_at)
       values ($1, $2, 'stripe', $3, $4, $5, 'USD', 'requires_confirmation', now(), now())`,
      [randomUUID(), order.id, intent.id, intent.client_secret, intent.amount],
    );
    return { productId, order, intents: [intent.id] };
  }

  /** The provider changes an intent by itself, unless it is in one of these states. */
  async function becomes(id: string, status: string, unless: string[]): Promise<boolean> {
    const intent = stripe.intents.get(id);
    if (intent) {
      if (!unless.includes(intent.status)) intent.status = status;
      return intent.status === status;
    }
    await query('update mock_intents set status = $2 where id = $1 and status <> all($3)', [id, status, unless]);
    return (await query('select 1 from mock_intents where id = $1 and status = $2', [id, status])).length === 1;
  }

  type Play = (run: Run, which: number) => Promise<Reply | undefined>;
  /** Does something to one of the intents so far. */
  const toOne =
    (play: (id: string, run: Run, which: number) => Promise<Reply | undefined>): Play =>
    async (run, which) => {
      const id = run.intents[which % run.intents.length];
      return id === undefined ? undefined : play(id, run, which);
    };
  const payBy = (method: string) => toOne((id, { order }) => buyer.confirm(order, id, method));

  const steps = {
    intent: async ({ order, intents }: Run) => {
      const reply = await buyer.intent(order);
      if (reply.body.id && !intents.includes(reply.body.id)) intents.push(reply.body.id);
      return reply;
    },
    'pay well': payBy('pm_card_visa'),
    'pay badly': payBy('pm_card_chargeDeclinedInsufficientFunds'),
    'pay asking': payBy('pm_card_authenticationRequired'),
    'pay slowly': payBy('pm_usBankAccount_processing'),
    'pay by a card whose refunds wait': payBy('pm_card_pendingRefund'),
    'pay by a card whose refunds come back': payBy('pm_card_refundFail'),
    'pay by a card that is disputed': payBy('pm_card_createDispute'),
    // Late too: an intent that was canceled turns out to have been paid.
    'the money arrives': toOne(async (id) => {
      await becomes(id, 'succeeded', []);
      return webhook('payment_intent.succeeded', { id });
    }),
    'the provider cancels': toOne(async (id) =>
      (await becomes(id, 'canceled', ['succeeded', 'processing'])) ? webhook('payment_intent.canceled', { id }) : undefined,
    ),
    // Of any earlier try, for the first time or again.
    'hear of a decline': toOne(async (id, _, which) => {
      const declines = await query<{ try: number }>('select try from declines where intent_id = $1 order by try', [id]);
      const told = declines[which % declines.length];
      return webhook('payment_intent.payment_failed', {
        id,
        last_payment_error: told ? { charge: `${id}:${told.try}`, message: 'Declined.' } : null,
      });
    }),
    'hear of a question': toOne((id) => webhook('payment_intent.requires_action', { id })),
    'hear that it is under way': toOne((id) => webhook('payment_intent.processing', { id })),
    'refund a part': ({ order }: Run) => refund({ orderId: order.id, amount: { amount: 500, currency: 'USD' } }),
    'refund all': ({ order }: Run) => refund({ orderId: order.id }),
    'refund at the provider': toOne(async (id) => {
      await query(
        `insert into mock_refunds (id, intent_id, amount)
           select $2, i.id, 300 from mock_intents i where i.id = $1 and i.status = 'succeeded'
              and i.amount >= 300 + (select coalesce(sum(r.amount), 0) from mock_refunds r where r.intent_id = i.id)`,
        [id, `re_dashboard_${randomUUID()}`],
      );
      return webhook('charge.refunded', { payment_intent: id });
    }),
    'refunds end': toOne(async (id) => {
      await query('update mock_refunds set ends_at = now() where intent_id = $1 and ends_as is not null', [id]);
      return webhook('refund.updated', { payment_intent: id });
    }),
    'hear of a refund': toOne((id) => webhook('refund.failed', { payment_intent: id })),
    cancel: ({ order }: Run) => buyer.cancel(order),
    pack: ({ order }: Run) => admin.call(`/api/orders/${order.id}/status`, { method: 'PUT', body: { status: 'packed' } }),
    expire: async ({ order }: Run) => {
      await query(`update orders set created_at = created_at - interval '1 hour' where id = $1`, [order.id]);
      await run('OrdersExpireOrders', 0);
      return undefined;
    },
    'others buy the rest': async ({ productId }: Run) => {
      const [row] = await query<{ stock: number }>('select stock from products where id = $1', [productId]);
      return row?.stock ? buyer.order([{ productId, quantity: row.stock }]) : undefined;
    },
    'finish refunds': async () => {
      await run('PaymentsFinishRefunds', 60);
      return undefined;
    },
  } satisfies Record<string, Play>;

  /** All that is still under way at the providers ends, and the shop hears of it. */
  async function letItEnd({ intents }: Run): Promise<void> {
    await run('PaymentsFinishRefunds', 60);
    for (const id of intents) {
      await query('update mock_refunds set ends_at = now() where intent_id = $1 and ends_as is not null', [id]);
      await webhook('refund.updated', { payment_intent: id });
    }
    await run('PaymentsFinishRefunds', 3_600);
  }

  /** Refunds that the shop counts as given back while the provider still has them pending. */
  const countedTooEarly = ({ order }: Run) =>
    query(
      `select r.id from refunds r join mock_refunds m on m.id = r.provider_refund_id
        where r.order_id = $1 and r.status = 'succeeded' and m.status = 'pending' and m.ends_at > clock_timestamp()`,
      [order.id],
    );

  async function booksOf({ order, productId, intents }: Run): Promise<Books> {
    const { body } = await buyer.read(order);
    const [books] = await query<Omit<Books, 'order' | 'history' | 'provider'> & { mock: Books['provider'] }>(
      `select (select json_agg(type order by type) from outbox where event->>'subject' = $1::uuid::text) as events,
              (select coalesce(sum(amount), 0)::integer from payments where order_id = $1 and status = 'succeeded') as charged,
              (select coalesce(sum(amount), 0)::integer from refunds where order_id = $1 and status = 'succeeded') as refunded,
              (select coalesce(json_agg(json_build_object('status', status, 'byAmount', by_amount)), '[]') from refunds where order_id = $1) as refunds,
              (select coalesce(json_agg(intent_id || ' ' || status order by intent_id), '[]') from payments where order_id = $1 and status = 'succeeded') as "paymentStatuses",
              (select stock from products where id = $2) as stock,
              (select coalesce(sum(i.quantity), 0)::integer from order_items i join orders own on own.id = i.order_id
                where i.product_id = $2 and own.status in ('pending_payment', 'paid', 'packed')) as held,
              (select coalesce(sum(delta), 0)::integer from stock_movements where product_id = $2) as moved,
              (select coalesce(sum(delta), 0)::integer from stock_movements where order_id = $1 and reason = 'refunded') as returned,
              (select json_build_object(
                'intents', (select coalesce(json_agg(id || ' ' || status order by id), '[]') from mock_intents where id = any($3) and status = 'succeeded'),
                'open', (select coalesce(json_agg(id), '[]') from mock_intents where id = any($3) and status not in ('succeeded', 'canceled')),
                'refunded', (select coalesce(sum(amount), 0) from mock_refunds where intent_id = any($3)
                              and case when ends_at <= now() then ends_as else status end = 'succeeded'),
                'arrived', (select count(*) from mock_refunds where intent_id = any($3) and 'succeeded' in (status, ends_as)),
                'declines', (select count(*) from declines where intent_id = any($3)))) as mock`,
      [order.id, productId, intents],
    );
    if (!books) throw new Error('The order is gone');
    const { mock, ...ours } = books;
    const atStripe = intents.flatMap((id) => stripe.intents.get(id) ?? []);
    const stripeRefunds = stripe.refunds.filter((it) => intents.includes(it.payment_intent));
    const provider = {
      intents: [...mock.intents, ...atStripe.filter(({ status }) => status === 'succeeded').map(({ id }) => `${id} succeeded`)].toSorted(),
      open: [...mock.open, ...atStripe.filter(({ status }) => !['succeeded', 'canceled'].includes(status)).map(({ id }) => id)],
      refunded: mock.refunded + stripeRefunds.reduce((total, { amount }) => total + amount, 0),
      arrived: mock.arrived + stripeRefunds.length,
      declines: mock.declines + atStripe.reduce((total, { id }) => total + (stripe.declines.get(id) ?? 0), 0),
    };
    return {
      ...ours,
      paymentStatuses: ours.paymentStatuses.toSorted(),
      order: body,
      history: body.history.map((it: { status: OrderStatus }) => it.status),
      provider,
    };
  }

  return { newRun, steps, letItEnd, countedTooEarly, booksOf, webhook };
}
export type Game = Awaited<ReturnType<typeof orderGame>>;
export type Step = [name: keyof Game['steps'], which: number];
