/** Pages that follow what happens on the server: an order's, its payment's, and the lists. */
import type { Page, Request } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { sign } from '#functions/payments/lib/webhook-signature.ts';
import { type Person, signIn as signInByApi } from '#tests/support/people.ts';
import { guest } from '#tests/support/shop.ts';
import { button, seeStatus, signIn, useShop } from './support.ts';

const kelvo = useShop();
let admin: Person;
let productId: string;
beforeAll(async () => {
  admin = await signInByApi(kelvo.shop, 'admin');
  productId = await kelvo.productId('skylark-kite');
});

interface Placed {
  id: string;
  number: string;
  accessToken: string;
}
const buyer = () => guest(kelvo.shop);
const placed = async (): Promise<Placed> => (await buyer().order([{ productId, quantity: 1 }])).body;
async function paid(method = 'pm_card_visa'): Promise<Placed> {
  const order = await placed();
  const { body: intent } = await buyer().intent(order);
  const { body } = await buyer().confirm(order, intent.id, method);
  expect(body.status).toMatch(/^(succeeded|processing)$/);
  return order;
}
async function move(id: string, ...bodies: object[]): Promise<void> {
  for (const body of bodies) {
    const { status } = await admin.call(`/api/orders/${id}/status`, { method: 'PUT', body });
    expect(status).toBe(200);
  }
}
const tracking = { carrier: 'Kite Post', number: 'KP 0042' };
const open = (page: Page, { id, accessToken }: Placed) => page.goto(`/orders/${id}#token=${accessToken}`);
const asksFor = (path: string) => (request: Request) => new URL(request.url()).pathname === path;
const minutes = 60_000;

/** The requests for a path, from now on. */
function watch(page: Page, path: string): Request[] {
  const seen: Request[] = [];
  page.on('request', (request) => asksFor(path)(request) && seen.push(request));
  return seen;
}
/** Lets the page do what it does by itself after something is on the screen. */
const settle = (page: Page) =>
  page.evaluate(async () => {
    for (let i = 0; i < 3; i += 1) await fetch('/favicon.svg');
  });
/** Stops the page's clock. pauseAt does that first, then moves it to the given time; a busy machine may be later than that, and has stopped it all the same. */
const stopClock = async (page: Page) =>
  page.clock
    .pauseAt(await page.evaluate(() => Date.now() + 100))
    .catch((error: unknown) => expect(String(error)).toContain('Cannot fast-forward to the past'));
const show = (page: Page, state: 'visible' | 'hidden') =>
  page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
    document.dispatchEvent(new Event('visibilitychange'))`);

describe("a guest's order", () => {
  test('shows within two seconds that it was sent, and moves neither the focus nor the page', async () => {
    const order = await paid();
    await move(order.id, { status: 'packed' });
    const page = await kelvo.shopper();
    await page.clock.install();
    await open(page, order);
    await seeStatus(page, 'Packed');
    const path = `/api/orders/${order.id}`;
    const link = page.getByRole('link', { name: 'Skylark Kite' });
    await link.focus();
    await page.waitForResponse((response) => asksFor(path)(response.request()) && response.status() === 304);
    const at = await page.evaluate('[scrollX, scrollY]');

    await stopClock(page);
    await settle(page);
    await move(order.id, { status: 'shipped', tracking });
    // By the page's own clock, so that a busy machine does not count: it asks within 1.375 s, which leaves the answer its time.
    const asked = page.waitForRequest(asksFor(path));
    await page.clock.runFor(1_375);
    const request = await asked;
    expect(request.headers()['if-none-match']).toMatch(/^W\/"/);
    expect((await request.response())?.status()).toBe(200);
    await page.clock.resume();
    await seeStatus(page, 'Shipped');
    await page.getByText('Sent with Kite Post, tracking number KP 0042').waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: `Order ${order.number} is now: Shipped.` })
      .waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skylark Kite');
    expect(await page.evaluate('[scrollX, scrollY]')).toEqual(at);
  });

  test('is not asked for while its page is hidden, and at once when it is shown again', async () => {
    const order = await paid();
    const page = await kelvo.shopper();
    await page.clock.install();
    await open(page, order);
    await seeStatus(page, 'Paid');
    await show(page, 'hidden');
    await settle(page);
    await move(order.id, { status: 'packed' });
    const asked = watch(page, `/api/orders/${order.id}`);
    await page.clock.runFor(10 * minutes);
    expect(asked).toEqual([]);
    await show(page, 'visible');
    await seeStatus(page, 'Packed');
  });

  test('is asked for no more once it is delivered', async () => {
    const order = await paid();
    await move(order.id, { status: 'packed' }, { status: 'shipped', tracking });
    const page = await kelvo.shopper();
    await page.clock.install();
    await open(page, order);
    await seeStatus(page, 'Shipped');
    await move(order.id, { status: 'delivered' });
    await seeStatus(page, 'Delivered');
    await settle(page);
    const asked = watch(page, `/api/orders/${order.id}`);
    await page.clock.runFor(30 * minutes);
    expect(asked).toEqual([]);
  });

  test('that is refunded is asked for until the money has gone back', async () => {
    const order = await paid('pm_card_pendingRefund');
    const page = await kelvo.shopper();
    await page.clock.install();
    await open(page, order);
    await seeStatus(page, 'Paid');
    await buyer().cancel(order);
    await page.getByText(/is on its way back to you/).waitFor();
    await kelvo.shop.database.query("update refunds set status = 'succeeded' where order_id = $1", [order.id]);
    await page.getByText('Given back', { exact: true }).waitFor();
  });

  test('shows an old state while the API is away, says so, and follows again by itself', async () => {
    const order = await paid();
    const page = await kelvo.shopper();
    await open(page, order);
    await seeStatus(page, 'Paid');
    const path = `/api/orders/${order.id}`;
    let away = 0;
    await page.route(`**${path}`, (route) => {
      away += 1;
      return route.abort('connectionrefused');
    });
    await page.getByText('No connection').waitFor();
    expect(away).toBe(3); // one blip is no news
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await move(order.id, { status: 'packed' });
    await page.getByRole('main').getByRole('status').filter({ hasText: 'Packed' }).waitFor({ timeout: 30_000 });
    await page.getByText('No connection').waitFor({ state: 'detached' });
  });

  test('whose money is under way shows when the bank has sent it, and when it has not', async () => {
    const arriving = await paid('pm_usBankAccount_processing');
    const failing = await paid('pm_usBankAccount_processing');
    for (const order of [arriving, failing]) {
      const page = await kelvo.shopper();
      await page.goto(`/orders/${order.id}/pay#token=${order.accessToken}`);
      await page.getByText('Your payment is on its way').waitFor();
      const status = order === arriving ? 'succeeded' : 'failed';
      await settlePayment(order.id, status);
      if (status === 'succeeded') await seeStatus(page, 'Paid');
      else await page.getByRole('link', { name: 'Continue to payment' }).waitFor();
    }
  });

  test('that is paid elsewhere takes the payment page to the order', async () => {
    const order = await placed();
    const page = await kelvo.shopper();
    await page.goto(`/orders/${order.id}/pay#token=${order.accessToken}`);
    await button(page, /^Pay \$/).waitFor();
    const { body: intent } = await buyer().intent(order);
    await buyer().confirm(order, intent.id, 'pm_card_visa');
    await seeStatus(page, 'Paid');
  });
});

/** What the bank says in the end of a payment that was processing: the provider knows it, and tells us by its webhook. */
async function settlePayment(orderId: string, status: 'succeeded' | 'failed'): Promise<void> {
  const [payment] = await kelvo.shop.database.query<{ intent_id: string }>('select intent_id from payments where order_id = $1', [orderId]);
  const { intent_id: id = '' } = payment ?? {};
  await kelvo.shop.database.query('update mock_intents set status = $2, last_error = $3 where id = $1', [
    id,
    status,
    status === 'failed' ? { code: 'card-declined', message: 'Your bank refused.' } : null,
  ]);
  const type = status === 'succeeded' ? 'payment_intent.succeeded' : 'payment_intent.payment_failed';
  const body = JSON.stringify({ id: `evt_${orderId}`, type, data: { object: { id } } });
  const headers = { 'stripe-signature': sign(body, 'whsec_local_kelvo', new Date()) };
  expect((await kelvo.shop.call('/api/payment/webhook', { body, headers })).status).toBe(200);
}

describe("an admin's list", () => {
  const rows = (page: Page) => page.getByRole('list', { name: 'Orders' }).getByRole('listitem');
  const order = (page: Page, { number }: Placed) => rows(page).filter({ hasText: number });

  test('tells of new orders by a button that moves nothing, and shows them on a click', async () => {
    const known = await placed();
    const page = await kelvo.shopper();
    await signIn(page, 'admin', '/admin/orders');
    await order(page, known).waitFor();
    const before = { top: await rows(page).first().boundingBox(), number: await rows(page).first().getByRole('link').textContent() };
    const [, , newest] = [await placed(), await placed(), await placed()];
    await button(page, '3 new orders').waitFor();
    expect({ top: await rows(page).first().boundingBox(), number: await rows(page).first().getByRole('link').textContent() }).toEqual(
      before,
    );
    await button(page, '3 new orders').click();
    await order(page, newest).waitFor();
    expect(await rows(page).nth(3).getByRole('link').textContent()).toBe(before.number);
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe(`Order ${newest.number}`);
    expect(await button(page, /new order/).count()).toBe(0);
  });

  test('shows what becomes of an order in its row, and tells of those that left a status', async () => {
    const going = await paid();
    const [all, ofPaid] = [await kelvo.shopper(), await kelvo.shopper()];
    await signIn(all, 'admin', '/admin/orders');
    await signIn(ofPaid, 'admin', '/admin/orders?status=paid');
    for (const page of [all, ofPaid]) await order(page, going).getByText('Paid', { exact: true }).waitFor();
    await move(going.id, { status: 'packed' });
    await order(all, going).getByText('Packed', { exact: true }).waitFor();
    await button(ofPaid, '1 order has moved on').click();
    await order(ofPaid, going).waitFor({ state: 'detached' });
  });

  test('is asked for by its ETag, and not while it is hidden', async () => {
    const page = await kelvo.shopper();
    await page.clock.install();
    await signIn(page, 'admin', '/admin/orders');
    await page.waitForResponse((response) => asksFor('/api/orders')(response.request()) && response.status() === 304);
    await show(page, 'hidden');
    await settle(page);
    const asked = watch(page, '/api/orders');
    await page.clock.runFor(10 * minutes);
    expect(asked).toEqual([]);
  });
});

test("a shopper's list tells of an order that was placed on another device", async () => {
  const page = await kelvo.shopper();
  await signIn(page, 'shopper', '/orders');
  await page.getByRole('list', { name: 'Orders' }).waitFor();
  const shopper = await signInByApi(kelvo.shop, 'shopper');
  const { shippingAddress } = (await placed().then((it) => buyer().read(it))).body;
  const { body } = await shopper.call('/api/orders', {
    headers: { 'idempotency-key': crypto.randomUUID() },
    body: { items: [{ productId, quantity: 1 }], email: 'ada@example.com', shippingAddress, shippingMethod: 'standard' },
  });
  await button(page, '1 new order').click();
  await page.getByRole('link', { name: body.number }).waitFor();
});
