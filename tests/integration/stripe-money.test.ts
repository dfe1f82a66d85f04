/** Paying and giving back at Stripe, which also refuses for good, answers late, or not at all: nothing gets stuck, nothing is done twice. */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '#functions/payments/lib/webhook-signature.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop, stockOf } from '#tests/support/shop.ts';
import { type StripeServer, startStripe } from '#tests/support/stripe-server.ts';

let stripe: StripeServer;
let shop: Shop;
let admin: Person;
let buyer: ReturnType<typeof guest>;
let productId: string;
beforeAll(async () => {
  stripe = await startStripe();
  shop = await startShop({ PAYMENT_PROVIDER: 'stripe', ...stripe.variables });
  admin = await signIn(shop, 'admin');
  buyer = guest(shop);
  const body = { name: 'Kite', description: 'It flies.', price: { amount: 9000, currency: 'USD' }, stock: 10_000 };
  productId = (await admin.call('/api/products', { body })).body.id;
});
afterAll(async () => {
  await shop.end();
  await stripe.close();
});
afterEach(() => {
  stripe.interfere();
  stripe.next.refund = { status: 'succeeded' };
});

const usd = (amount: number) => ({ amount, currency: 'USD' });
const stock = () => stockOf(shop, productId);
const eventsOf = async (orderId: string) =>
  (
    await shop.database.query<{ type: string }>("select type from outbox where event->>'subject' = $1 order by created_at, id", [orderId])
  ).map(({ type }) => type);
const webhook = (type: string, object: object) => {
  const text = JSON.stringify({ id: `evt_${randomUUID()}`, type, data: { object } });
  return shop.call('/api/payment/webhook', { body: text, headers: { 'stripe-signature': sign(text, 'whsec_local_kelvo', new Date()) } });
};
const refund = (body: object, key: string = randomUUID()) =>
  admin.call('/api/payment/refund', { headers: { 'idempotency-key': key }, body });
const move = (id: string, status: string) => admin.call(`/api/orders/${id}/status`, { method: 'PUT', body: { status } });
const run = (logicalId: string, afterSeconds: number) =>
  shop.gateway.invoke(logicalId, { time: new Date(Date.now() + afterSeconds * 1000).toISOString() }, 60_000);
const expire = () => run('OrdersExpireOrders', 1_801);
const finish = (afterSeconds = 60) => run('PaymentsFinishRefunds', afterSeconds);
const callsOf = (path: RegExp) => stripe.requests.filter((request) => path.test(`${request.method} ${request.path}`)).length;

/** Calls a built function as Lambda does when so little of its time is left. */
function invokeWith(remainingMs: number, logicalId: string, event: object): Promise<{ statusCode?: number; body?: string }> {
  const { handler } = createRequire(import.meta.url)(join(import.meta.dirname, `../../dist/${logicalId}/index.js`));
  const end = Date.now() + remainingMs;
  const context = { functionName: `test-${logicalId}`, awsRequestId: randomUUID(), getRemainingTimeInMillis: () => end - Date.now() };
  return handler(event, context as Context);
}

async function ordered(quantity = 2) {
  const { body: order } = await buyer.order([{ productId, quantity }]);
  const { body: intent } = await buyer.intent(order);
  return { order, intent, read: async () => (await buyer.read(order)).body };
}
async function paid() {
  const placed = await ordered();
  expect((await buyer.confirm(placed.order, placed.intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
  return placed;
}
const theirs = (intentId: string) => {
  const intent = stripe.intents.get(intentId);
  if (!intent) throw new Error('Stripe does not know this intent');
  return intent;
};

describe('a refund that Stripe refuses for good', () => {
  it('has failed, says why, and the order goes on', async () => {
    const { order, intent, read } = await paid();
    stripe.dispute(intent.id);
    const { status, body } = await refund({ orderId: order.id });
    expect([status, body.status, body.failure.code]).toEqual([201, 'failed', 'disputed']);
    expect(await read()).toMatchObject({
      status: 'paid',
      refunded: usd(0),
      refunds: [{ status: 'failed', failure: { code: 'disputed' } }],
    });
    expect(await eventsOf(order.id)).toEqual(['order.created.v1', 'order.paid.v1', 'payment.refund-failed.v1']);
    expect((await buyer.cancel(order)).body).toMatchObject({ status: 409, code: 'refund-refused', reason: 'disputed' });
    expect((await move(order.id, 'packed')).body.status).toBe('packed');
  });

  it('with a reason that is cut in the middle of a character, has failed all the same', async () => {
    const { order, read } = await paid();
    const message = `${'x'.repeat(299)}\u{1f4a9}`; // cut after 300 UTF-16 units, of which the last is half a character
    stripe.interfere((call) => (call === 'POST /v1/refunds' ? { status: 400, body: { error: { code: 'new_code', message } } } : undefined));
    const { status, body } = await refund({ orderId: order.id });
    expect([status, body.status, body.failure?.code]).toEqual([201, 'failed', 'rejected']);
    expect((await read()).refunds).toMatchObject([{ status: 'failed', failure: { message: expect.stringMatching(/x{299}\ufffd$/) } }]);
  });

  it('can be tried anew, under a new key', async () => {
    const { order, read } = await paid();
    stripe.interfere((call) =>
      call === 'POST /v1/refunds' ? { status: 400, body: { error: { code: 'charge_not_refundable' } } } : undefined,
    );
    expect((await refund({ orderId: order.id })).body.status).toBe('failed');
    stripe.interfere();
    expect((await refund({ orderId: order.id })).body.status).toBe('succeeded');
    expect(await read()).toMatchObject({ status: 'refunded', refunded: order.total, refundDue: usd(0) });
  });

  it('because it was given back in the dashboard, is taken over from there', async () => {
    const before = await stock();
    const { order, intent, read } = await paid();
    stripe.addRefund(intent.id, order.total.amount);
    const { body } = await refund({ orderId: order.id });
    expect([body.status, body.failure.code]).toEqual(['failed', 'already-refunded']);
    const after = await read();
    expect(after).toMatchObject({ status: 'refunded', refunded: order.total });
    expect(after.refunds.map(({ status }: { status: string }) => status).toSorted()).toEqual(['failed', 'succeeded']);
    expect(await stock()).toBe(before - 2); // nobody said that the goods are there
    expect((await buyer.cancel(order)).body.status).toBe('refunded');
  });

  it('in part, lets a cancel give back the rest', async () => {
    const { order, intent, read } = await paid();
    stripe.addRefund(intent.id, 5_000);
    expect((await buyer.cancel(order)).body.status).toBe('refunded');
    expect(await read()).toMatchObject({ refunded: order.total, refundDue: usd(0) });
    expect(stripe.refunds.filter((it) => it.payment_intent === intent.id).map(({ amount }) => amount)).toEqual([
      5_000,
      order.total.amount - 5_000,
    ]);
  });

  it('although it was made by a try whose answer was lost, counts as made', async () => {
    const { order, intent, read } = await paid();
    // Stripe does it, and fails before it answers; the failure stays under the key.
    stripe.interfere(async (call) => {
      if (call !== 'POST /v1/refunds') return undefined;
      const [row] = await shop.database.query<{ id: string }>('select id from refunds where order_id = $1', [order.id]);
      stripe.addRefund(intent.id, order.total.amount, { metadata: { refundId: row?.id ?? '' } });
      return { status: 500, body: { error: { type: 'api_error', message: 'An unknown error occurred.' } } };
    });
    const reply = await refund({ orderId: order.id });
    expect(reply.body).toMatchObject({ status: 'succeeded' });
    expect(await read()).toMatchObject({ status: 'refunded', refunded: order.total });
    expect(stripe.refunds.filter((it) => it.payment_intent === intent.id)).toHaveLength(1);
  });
});

it('a refund whose answer is unknown for longer than Stripe keeps its key is not made a second time', async () => {
  const { order, intent, read } = await paid();
  const { body: made } = await refund({ orderId: order.id, amount: usd(1_000) });
  // The shop's database is one that was restored from before the answer.
  const lose =
    "update refunds set status = 'pending', provider_refund_id = null, created_at = created_at - interval '25 hours' where id = $1";
  await shop.database.query(lose, [made.id]);
  stripe.forgetKeys();
  await finish();
  expect(await read()).toMatchObject({ status: 'paid', refunded: usd(1_000), refunds: [{ id: made.id, status: 'succeeded' }] });
  expect(stripe.refunds.filter((it) => it.payment_intent === intent.id)).toHaveLength(1);
});

it('a refund that never reached Stripe is made, however long ago it was asked for', async () => {
  const { order, intent, read } = await paid();
  stripe.interfere((call) => (call === 'POST /v1/refunds' ? { status: 429, body: { error: { code: 'rate_limit' } } } : undefined));
  expect((await refund({ orderId: order.id, amount: usd(1_000) })).status).toBe(503);
  stripe.interfere();
  await shop.database.query("update refunds set created_at = created_at - interval '25 hours' where order_id = $1", [order.id]);
  await finish();
  expect(await read()).toMatchObject({ refunded: usd(1_000), refunds: [{ status: 'succeeded' }] });
  expect(stripe.refunds.filter((it) => it.payment_intent === intent.id)).toHaveLength(1);
});

describe('a refund that is pending at Stripe', () => {
  it('keeps the order as it is, unpacked, until Stripe says that it has succeeded', async () => {
    const before = await stock();
    const { order, intent, read } = await paid();
    stripe.next.refund = { status: 'pending' };
    const cancelled = await buyer.cancel(order);
    expect([cancelled.status, cancelled.body.status, cancelled.body.refunds[0].status]).toEqual([200, 'paid', 'pending']);
    expect((await buyer.cancel(order)).body).toMatchObject({ status: 'paid', refunds: [{ status: 'pending' }] });
    expect((await move(order.id, 'packed')).body).toMatchObject({ status: 409, code: 'being-refunded' });
    const made = stripe.refunds.find((it) => it.payment_intent === intent.id);
    Object.assign(made ?? {}, { status: 'succeeded' });
    expect((await webhook('refund.updated', { object: 'refund', id: made?.id, payment_intent: intent.id, status: 'pending' })).status).toBe(
      200,
    );
    expect(await read()).toMatchObject({ status: 'refunded', refunded: order.total });
    expect(await stock()).toBe(before);
    expect(stripe.refunds.filter((it) => it.payment_intent === intent.id)).toHaveLength(1);
  });

  it('and whose webhook is lost, is looked after by the schedule', async () => {
    const { order, intent, read } = await paid();
    stripe.next.refund = { status: 'pending' };
    await refund({ orderId: order.id });
    for (const it of stripe.refunds) if (it.payment_intent === intent.id) it.status = 'succeeded';
    await finish(2_000);
    expect((await read()).status).toBe('refunded');
  });

  it('and fails, frees its amount: the order can be packed', async () => {
    const { order, intent, read } = await paid();
    stripe.next.refund = { status: 'pending' };
    await buyer.cancel(order);
    for (const it of stripe.refunds)
      if (it.payment_intent === intent.id) Object.assign(it, { status: 'failed', failure_reason: 'lost_or_stolen_card' });
    for (let i = 0; i < 2; i++) await webhook('refund.failed', { payment_intent: intent.id });
    expect(await read()).toMatchObject({ status: 'paid', refunds: [{ status: 'failed', failure: { code: 'lost-or-stolen-card' } }] });
    expect((await eventsOf(order.id)).filter((type) => type.startsWith('payment.refund'))).toEqual(['payment.refund-failed.v1']);
    expect((await move(order.id, 'packed')).body.status).toBe('packed');
  });
});

it('a refund that fails days after it succeeded leaves the order refunded, with its money due, and a new try gives it back', async () => {
  const { order, intent, read } = await paid();
  await refund({ orderId: order.id });
  expect((await read()).status).toBe('refunded');
  for (const it of stripe.refunds)
    if (it.payment_intent === intent.id) Object.assign(it, { status: 'failed', failure_reason: 'expired_or_canceled_card' });
  await webhook('refund.failed', { payment_intent: intent.id });
  await webhook('refund.updated', { payment_intent: intent.id });
  expect(await read()).toMatchObject({ status: 'refunded', refunded: usd(0), refundDue: order.total });
  expect((await refund({ orderId: order.id })).body.status).toBe('succeeded');
  expect(await read()).toMatchObject({ status: 'refunded', refunded: order.total, refundDue: usd(0) });
  expect((await eventsOf(order.id)).filter((type) => type === 'order.refunded.v1')).toHaveLength(1);
});

it('a refund made in the dashboard is heard of by its webhook', async () => {
  const { order, intent, read } = await paid();
  stripe.addRefund(intent.id, 4_000);
  for (let i = 0; i < 2; i++) expect((await webhook('charge.refunded', { object: 'charge', payment_intent: intent.id })).status).toBe(200);
  expect(await read()).toMatchObject({ status: 'paid', refunded: usd(4_000), refunds: [{ amount: usd(4_000), status: 'succeeded' }] });
  stripe.addRefund(intent.id, order.total.amount - 4_000);
  await webhook('charge.refunded', { payment_intent: intent.id });
  expect((await read()).status).toBe('refunded');
});

it('a refund by amount brings no stock back, even when it is of all', async () => {
  const before = await stock();
  const { order, read } = await paid();
  await refund({ orderId: order.id, amount: order.total });
  expect((await read()).status).toBe('refunded');
  expect(await stock()).toBe(before - 2);
});

describe('an intent', () => {
  it('that Stripe refuses to make says why, and the next try has a new key', async () => {
    const { body: order } = await buyer.order([{ productId, quantity: 1 }]);
    await shop.database.query('update orders set shipping = 0, subtotal = 20, total = 20 where id = $1', [order.id]);
    const refused = await buyer.intent(order);
    expect(refused.body).toMatchObject({ status: 422, code: 'payment-refused', reason: 'amount-too-small' });
    await shop.database.query('update orders set subtotal = 2000, total = 2000 where id = $1', [order.id]);
    expect((await buyer.intent(order)).status).toBe(201);
    expect((await buyer.cancel(order)).body.status).toBe('cancelled');
  });

  it('whose making failed at Stripe once is made under another key, instead of hearing of the old failure for a day', async () => {
    const { body: order } = await buyer.order([{ productId, quantity: 1 }]);
    stripe.interfere((call) => (call === 'POST /v1/payment_intents' ? { status: 500, body: { error: { type: 'api_error' } } } : undefined));
    expect((await buyer.intent(order)).body.code).toBe('payment-refused');
    stripe.interfere();
    expect((await buyer.intent(order)).status).toBe(201);
    await buyer.cancel(order);
  });

  it('that Stripe does not know any more counts as canceled', async () => {
    const { order, intent } = await ordered();
    stripe.intents.delete(intent.id);
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body).toMatchObject({ status: 409, code: 'not-payable' });
    const { body: second } = await buyer.intent(order);
    expect(second.id).not.toBe(intent.id);
    stripe.intents.delete(second.id);
    expect((await buyer.cancel(order)).body.status).toBe('cancelled');
  });

  it('that was made while the order was being cancelled is canceled too', async () => {
    const { body: order } = await buyer.order([{ productId, quantity: 1 }]);
    let cancelled: ReturnType<typeof buyer.cancel> | undefined;
    let made = false;
    stripe.interfere(async (call) => {
      if (call !== 'POST /v1/payment_intents' || made) return undefined;
      made = true;
      cancelled = buyer.cancel(order); // while the answer is on its way
      await cancelled;
      return undefined;
    });
    const reply = await buyer.intent(order);
    const first = await cancelled;
    if (first?.status === 503) await buyer.cancel(order); // the key was in use: the order stayed open
    expect((await buyer.read(order)).body.status).toBe('cancelled');
    expect([201, 409]).toContain(reply.status);
    const [row] = await shop.database.query<{ id: string }>('select intent_id as id from payments where order_id = $1', [order.id]);
    expect(theirs(row?.id ?? '').status).toBe('canceled');
  });
});

describe('money that is under way (processing)', () => {
  it('keeps the order from being cancelled or expired, and pays it when it arrives', async () => {
    const before = await stock();
    const { order, intent, read } = await ordered();
    expect((await buyer.confirm(order, intent.id, 'pm_usBankAccount_processing')).body.status).toBe('processing');
    expect((await buyer.cancel(order)).body).toMatchObject({ status: 409, code: 'payment-processing' });
    await expire();
    expect(await read()).toMatchObject({ status: 'pending_payment', payment: { status: 'processing' } });
    expect(await stock()).toBe(before - 2);
    theirs(intent.id).status = 'succeeded';
    await webhook('payment_intent.succeeded', { id: intent.id });
    expect((await read()).status).toBe('paid');
  });

  it('and whose webhook is lost, is found by expire-orders', async () => {
    const { order, intent, read } = await ordered();
    await buyer.confirm(order, intent.id, 'pm_usBankAccount_processing');
    theirs(intent.id).status = 'succeeded';
    await expire();
    expect((await read()).status).toBe('paid');
  });
});

it('a success that comes after somebody cancelled is given back, and the order stays closed', async () => {
  const before = await stock();
  const { order, intent, read } = await ordered();
  expect((await buyer.cancel(order)).body.status).toBe('cancelled');
  theirs(intent.id).status = 'succeeded';
  await webhook('payment_intent.succeeded', { id: intent.id });
  const after = await read();
  expect(after.history.map(({ status }: { status: string }) => status)).toEqual(['pending_payment', 'cancelled', 'refunded']);
  expect(await stock()).toBe(before);
});

describe('declines', () => {
  it('heard by confirm and by webhook are one event, and a redelivery is none', async () => {
    const { order, intent } = await ordered();
    await buyer.confirm(order, intent.id, 'pm_card_chargeDeclinedInsufficientFunds');
    for (let i = 0; i < 2; i++) await webhook('payment_intent.payment_failed', structuredClone(theirs(intent.id)));
    expect(await eventsOf(order.id)).toEqual(['order.created.v1', 'payment.failed.v1']);
    await buyer.confirm(order, intent.id, 'pm_card_chargeDeclinedInsufficientFunds');
    expect((await eventsOf(order.id)).filter((type) => type === 'payment.failed.v1')).toHaveLength(2);
  });

  it('that are heard late do not overwrite a newer try', async () => {
    const { order, intent, read } = await ordered();
    await buyer.confirm(order, intent.id, 'pm_card_chargeDeclinedInsufficientFunds');
    const late = structuredClone(theirs(intent.id));
    await buyer.confirm(order, intent.id, 'pm_card_authenticationRequired');
    await webhook('payment_intent.payment_failed', late);
    expect((await read()).payment.status).toBe('requires_action');
    expect((await eventsOf(order.id)).filter((type) => type === 'payment.failed.v1')).toHaveLength(1);
  });

  it('whose answer comes late do not either', async () => {
    const { order, intent, read } = await ordered();
    let arrived = () => {};
    const atStripe = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reads = 0;
    stripe.interfere(async (call) => {
      if (call !== `GET /v1/payment_intents/${intent.id}` || ++reads !== 2) return undefined;
      const declined = structuredClone(theirs(intent.id)); // the answer as it is now comes when the next try is through
      arrived();
      await held;
      return { status: 200, body: declined };
    });
    const slow = buyer.confirm(order, intent.id, 'pm_card_chargeDeclinedInsufficientFunds');
    await atStripe;
    await buyer.confirm(order, intent.id, 'pm_card_authenticationRequired');
    release();
    expect((await slow).body.status).toBe('requires_action');
    expect((await read()).payment.status).toBe('requires_action');
    expect((await eventsOf(order.id)).filter((type) => type === 'payment.failed.v1')).toHaveLength(1);
  });
});

describe('webhooks', () => {
  const send = (text: string) =>
    shop.call('/api/payment/webhook', { body: text, headers: { 'stripe-signature': sign(text, 'whsec_local_kelvo', new Date()) } });

  it('of other types are 200, with any data or none', async () => {
    for (const event of [
      { id: 'evt_1', type: 'customer.created' },
      { id: 'evt_1', type: 'v2.core.event', data: null },
      { id: 'evt_1', type: 'balance.available', data: { object: { object: 'balance' } } },
      { id: 'evt_1', type: 'x'.repeat(1_000), data: 'text' },
      { id: 'evt_1', type: 'payout.paid', data: { object: { id: 'po_1', description: 'with \u0000 inside' } } },
      { id: 'evt_1', type: 'refund.updated', data: { object: { payment_intent: null } } },
      { id: 'evt_1', type: 'charge.refunded', data: { object: {} } },
      { id: 'evt_1', type: 'payment_intent.succeeded', data: { object: { id: 'pi_notours_0001' } } },
      { object: 'ping' },
    ])
      expect([event.type, (await send(JSON.stringify(event))).status]).toEqual([event.type, 200]);
  });

  it('are not read before their signature is checked, and are 400 only where a field that is used is wrong', async () => {
    expect((await shop.call('/api/payment/webhook', { body: 'no json' })).body.code).toBe('invalid-signature');
    expect((await send('no json')).body.code).toBe('malformed-json');
    expect((await send(JSON.stringify({ id: 'e', type: 'payment_intent.succeeded' }))).body.code).toBe('invalid-request');
  });

  it('that cannot be looked up at Stripe now are 503, so that Stripe sends them again', async () => {
    const { intent } = await paid();
    stripe.interfere(() => ({ status: 429, body: { error: { type: 'invalid_request_error', code: 'rate_limit' } } }));
    expect((await webhook('charge.refunded', { payment_intent: intent.id })).status).toBe(503);
  });
});

describe('payments that were begun with another provider', () => {
  /** An order that was begun to be paid when the shop still used the mock. */
  async function begunAtMock(status = 'requires_confirmation') {
    const { body: order } = await buyer.order([{ productId, quantity: 2 }]);
    const id = `pi_mock_${randomUUID().replaceAll('-', '')}`;
    const key = randomUUID();
    await shop.database.query(
      `insert into mock_intents (id, request_key, client_secret, amount, currency, status) values ($1, $2, 'secret', $3, 'USD', $4)`,
      [id, key, order.total.amount, status],
    );
    await shop.database.query(
      `insert into payments (id, order_id, provider, intent_id, client_secret, amount, currency, status, created_at, updated_at)
       values ($1, $2, 'mock', $3, 'secret', $4, 'USD', 'requires_confirmation', now(), now())`,
      [key, order.id, id, order.total.amount],
    );
    return { order, intentId: id, read: async () => (await buyer.read(order)).body };
  }
  const atMock = async (id: string) =>
    (await shop.database.query<{ status: string }>('select status from mock_intents where id = $1', [id]))[0]?.status;

  it('are cancelled and expired there', async () => {
    const [first, second] = [await begunAtMock(), await begunAtMock()];
    expect((await buyer.cancel(first.order)).body.status).toBe('cancelled');
    await expire();
    expect((await second.read()).status).toBe('expired');
    expect([await atMock(first.intentId), await atMock(second.intentId)]).toEqual(['canceled', 'canceled']);
  });

  it('are refunded there', async () => {
    const { order, intentId, read } = await begunAtMock('succeeded');
    await webhook('payment_intent.succeeded', { id: intentId });
    expect((await read()).status).toBe('paid');
    expect((await refund({ orderId: order.id })).body.status).toBe('succeeded');
    expect(await shop.database.query('select 1 from mock_refunds where intent_id = $1', [intentId])).toHaveLength(1);
  });

  it('are begun anew with the present one, which the page can pay', async () => {
    const { order, intentId } = await begunAtMock();
    const { body: intent } = await buyer.intent(order);
    expect(stripe.intents.has(intent.id)).toBe(true);
    expect(await atMock(intentId)).toBe('canceled');
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
  });
});

describe('a provider that hangs', () => {
  it('at three orders does not starve the others of expire-orders: a run begins where the last one ended', {
    timeout: 60_000,
  }, async () => {
    await expire();
    const hanging = [await ordered(), await ordered(), await ordered()];
    const others = [await ordered(), await ordered()];
    const stuck = new Set(hanging.map(({ intent }) => `POST /v1/payment_intents/${intent.id}/cancel`));
    stripe.interfere((call) => (stuck.has(call) ? { status: 503, body: { error: { type: 'api_error' } } } : undefined));
    // Each hanging order takes half a second, a run ends after that time.
    for (let minute = 0; minute < 5; minute++) {
      const time = new Date(Date.now() + 1_801_000 + minute * 60_000).toISOString();
      const before = stripe.requests.length;
      await invokeWith(1_000, 'OrdersExpireOrders', { time });
      expect(new Set(stripe.requests.slice(before).map(({ path }) => path)).size).toBeLessThan(5); // never all five in one run
    }
    for (const { read } of others) expect((await read()).status).toBe('expired');
    for (const { read } of hanging) expect((await read()).status).toBe('pending_payment');
    stripe.interfere();
    await run('OrdersExpireOrders', 3_600);
    for (const { read } of hanging) expect((await read()).status).toBe('expired');
  });

  it('at three refunds does not starve the others of finish-refunds either', { timeout: 60_000 }, async () => {
    await finish();
    const orders = await Promise.all(Array.from({ length: 5 }, paid));
    const ids = new Set(orders.map(({ intent }) => intent.id));
    // An answer that Stripe keeps under no key: the same refund can be made later.
    stripe.interfere((call, form) =>
      call === 'POST /v1/refunds' && ids.has(form.get('payment_intent') ?? '')
        ? { status: 409, body: { error: { type: 'api_error' } } }
        : undefined,
    );
    for (const { order } of orders) expect((await refund({ orderId: order.id })).body.code).toBe('provider-unavailable');
    for (const { intent } of orders.slice(3)) ids.delete(intent.id);
    // Each refund that is not taken costs half a second, a run ends after that time.
    for (let minute = 1; minute < 6; minute++) {
      await invokeWith(1_000, 'PaymentsFinishRefunds', { time: new Date(Date.now() + minute * 60_000).toISOString() });
    }
    const states = await Promise.all(orders.map(async ({ read }) => (await read()).status));
    expect(states).toEqual(['paid', 'paid', 'paid', 'refunded', 'refunded']);
    stripe.interfere();
    await finish(3_600);
    for (const { read } of orders) expect((await read()).status).toBe('refunded');
  });

  it('gets no charge after the shopper had the answer', async () => {
    const { order, intent, read } = await ordered();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    stripe.interfere(async () => {
      await held;
      return undefined;
    });
    const path = '/api/payment/confirm';
    const reply = await invokeWith(1_000, 'PaymentsConfirmPayment', {
      version: '2.0',
      rawPath: path,
      rawQueryString: '',
      headers: { 'content-type': 'application/json', 'x-order-token': order.accessToken },
      requestContext: { http: { method: 'POST', path, sourceIp: '203.0.113.9' }, requestId: 'a-test' },
      body: JSON.stringify({ intentId: intent.id, paymentMethod: 'pm_card_visa' }),
      isBase64Encoded: false,
    });
    expect([reply.statusCode, JSON.parse(reply.body ?? '').code]).toEqual([503, 'timeout']);
    stripe.interfere();
    release(); // now the provider answers after all
    await paid(); // as long as another payment takes
    expect(callsOf(new RegExp(`POST .*${intent.id}/confirm`))).toBe(0);
    expect((await read()).status).toBe('pending_payment');
  });

  it('is given up in time for an answer of our own', { timeout: 60_000 }, async () => {
    const { order, intent } = await ordered();
    const release: (() => void)[] = [];
    stripe.interfere(() => new Promise((resolve) => release.push(() => resolve(undefined))));
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body).toMatchObject({ status: 503, code: 'provider-unavailable' });
    stripe.interfere();
    for (const go of release) go();
    expect(release).toHaveLength(2); // one retry
  });
});
