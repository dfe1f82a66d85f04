/** What people are told by mail, from what really happens in a shop to the mailbox. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNobodys } from '#functions/notifications/lib/nobodys-address.ts';
import { notifiedEvents } from '#functions/notifications/lib/notified-events.ts';
import { barrier } from '#tests/support/barrier.ts';
import { batchOf } from '#tests/support/deliveries.ts';
import { eventsAbout, mailsWhere } from '#tests/support/mails.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';
import { demoUsers } from '../../db/seed/users.ts';

let shop: Shop;
let admin: Person;
let productId: string;
beforeAll(async () => {
  shop = await startShop({ PUBLIC_URL: 'https://shop.example', ADMIN_MAIL: 'boss@shop.example' }, { pumps: true });
  admin = await signIn(shop, 'admin');
  productId = randomUUID();
  await shop.database.query(
    `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at)
       values ($1, 'mug-and-saucer', 'Mug & <b>Saucer</b>', 'For tea', 2599, 1000, now(), now())`,
    [productId],
  );
});
afterAll(() => shop.end());

const berlin = { name: 'Jonas Weber', line1: 'Torstraße 12', city: 'Berlin', postalCode: '10119', country: 'DE' };
const inBerlin = { shippingAddress: berlin, currency: 'EUR' };

async function place(more: object = {}) {
  const { status, body } = await guest(shop).order([{ productId, quantity: 2 }], { email: 'jonas@example.com', ...more });
  if (status !== 201) throw new Error(`The order is not placed: ${status} ${JSON.stringify(body)}`);
  return body as { id: string; number: string; accessToken: string; total: { amount: number; currency: string } };
}

async function pay(order: { id: string; accessToken: string }, card = 'pm_card_visa') {
  const { body: intent } = await guest(shop).intent(order);
  return (await guest(shop).confirm(order, intent.id, card)).body;
}

const setStatus = (order: { id: string }, body: object) => admin.call(`/api/orders/${order.id}/status`, { method: 'PUT', body });
const refund = (order: { id: string }, body: object = {}) =>
  admin.call('/api/payment/refund', { headers: { 'idempotency-key': randomUUID() }, body: { orderId: order.id, ...body } });

/** Everything about an order that was mailed once all is delivered. */
async function mailsOf(order: { id: string }) {
  await shop.pumps.settled();
  return mailsWhere(shop, 'order_id = $1', [order.id]);
}
const kindsOf = async (order: { id: string }) => (await mailsOf(order)).map(({ kind }) => kind);

describe('an order is told', () => {
  it('from its arrival to its refund, each step by one mail, in its currency and its country’s formats', async () => {
    const order = await place(inBerlin);
    await shop.pumps.settled();
    await pay(order, 'pm_card_declined');
    await shop.pumps.settled();
    await pay(order);
    await shop.pumps.settled();
    await setStatus(order, { status: 'packed' });
    await shop.pumps.settled();
    await setStatus(order, { status: 'shipped', tracking: { carrier: 'DHL', number: '00340434161094042557' } });
    await shop.pumps.settled();
    await refund(order, { amount: { amount: 1000, currency: 'EUR' }, reason: 'One cup arrived broken' });
    await shop.pumps.settled();
    await refund(order);

    const mails = await mailsOf(order);
    expect(mails.map(({ kind }) => kind)).toEqual([
      'order-received',
      'payment-failed',
      'receipt',
      'packed',
      'shipped',
      'refunded',
      'refunded',
    ]);
    for (const mail of mails) {
      expect(mail).toMatchObject({ recipient: 'jonas@example.com', status: 'sent', tries: 1, reason: null });
      expect(mail.subject).toContain(order.number);
      expect(mail.html).toContain('Hello Jonas Weber,');
      expect(mail.text).toContain('Hello Jonas Weber,');
    }
    const [received, failed, receipt, packed, shipped, part, rest] = mails;
    const euros = (amount: number) => `${(amount / 100).toFixed(2).replace('.', ',')}\u00a0€`;
    for (const mail of [received, receipt, shipped]) {
      expect(mail?.html).toContain('Mug &amp; &lt;b&gt;Saucer&lt;/b&gt;');
      expect(mail?.text).toContain('2 × Mug & <b>Saucer</b>');
      expect(mail?.text).toContain(`Total: ${euros(order.total.amount)}`);
      expect(mail?.text).toContain('Tax in the total: ');
      expect(mail?.text).toContain('Delivery address:\nJonas Weber\nTorstraße 12\n10119 Berlin\nGermany');
    }
    expect(receipt?.text).toMatch(/We received your payment of .* on \d+ \w+ \d{4} at \d\d:\d\d CES?T\./);
    expect(failed?.text).toContain(`Your bank did not accept the payment of ${euros(order.total.amount)}`);
    expect(failed?.text).toMatch(/We hold your items until \d+ \w+ \d{4} at/);
    expect(packed?.text).toContain('ready for the carrier');
    expect(shipped?.text).toContain('Tracking:\nDHL\n00340434161094042557');
    expect(part).toMatchObject({ subject: `Part of your order ${order.number} was refunded` });
    expect(part?.text).toContain(`Refunded now: ${euros(1000)}`);
    expect(part?.text).toContain('Reason:\nOne cup arrived broken');
    expect(rest?.text).toContain(`Refunded now: ${euros(order.total.amount - 1000)}\nRefunded in all: ${euros(order.total.amount)}`);
  });

  it('to a guest with the link that opens it, and to a shopper with a link that needs a session', async () => {
    const order = await place();
    const [mail] = await mailsOf(order);
    const [, id, token] = /https:\/\/shop\.example\/orders\/([0-9a-f-]+)#token=([\w-]+)$/m.exec(mail?.text ?? '') ?? [];
    expect(mail?.html).toContain(`href="https://shop.example/orders/${order.id}#token=${token}"`);
    expect((await guest(shop).read({ id: id ?? '', accessToken: token ?? '' })).body).toMatchObject({ number: order.number });

    const shopper = await signIn(shop, 'shopper');
    const { body: own } = await shopper.call('/api/orders', {
      headers: { 'idempotency-key': randomUUID() },
      body: { items: [{ productId, quantity: 1 }], email: 'demo@rumshop.com', shippingAddress: berlin, shippingMethod: 'express' },
    });
    const [toShopper] = await mailsOf(own);
    expect(toShopper?.text).toMatch(new RegExp(`https://shop\\.example/orders/${own.id}$`, 'm'));
    expect(toShopper?.html).not.toContain('token=');
  });

  it('when it is cancelled, and when it is not paid in time', async () => {
    const [cancelled, late] = [await place(), await place()];
    await shop.call(`/api/orders/${cancelled.id}/cancel`, {
      method: 'POST',
      headers: { 'x-order-token': cancelled.accessToken },
      body: { reason: 'Ordered by mistake' },
    });
    await shop.database.query("update orders set created_at = created_at - interval '1 day' where id = $1", [late.id]);
    await shop.gateway.invoke('OrdersExpireOrders', { time: new Date().toISOString() });
    const mails = await mailsOf(cancelled);
    expect(mails.map(({ kind }) => kind).sort()).toEqual(['cancelled', 'order-received']);
    expect(mails.find(({ kind }) => kind === 'cancelled')?.text).toContain('Reason:\nOrdered by mistake');
    expect((await kindsOf(late)).sort()).toEqual(['expired', 'order-received']);
  });

  it('to the admin when money could not go back', async () => {
    const order = await place();
    await pay(order, 'pm_card_createDispute');
    await refund(order);
    const told = (await mailsOf(order)).find(({ kind }) => kind === 'refund-failed');
    expect(told).toMatchObject({ recipient: 'boss@shop.example', status: 'sent' });
    expect(told?.text).toContain('disputed');
    expect(told?.text).toContain(`https://shop.example/admin/orders/${order.id}`);
    expect(told?.html).not.toContain('token=');
  });

  it('again when an admin asks for it, under the id that the admin was told', async () => {
    const order = await place();
    await shop.pumps.settled();
    const { body } = await admin.call('/api/notifications/order-confirmation', { body: { orderId: order.id } });
    expect(await kindsOf(order)).toEqual(['order-received', 'order-received']);
    expect((await mailsWhere(shop, 'id = $1', [body.id]))[0]).toMatchObject({
      kind: 'order-received',
      status: 'sent',
      recipient: 'jonas@example.com',
    });
  });
});

describe('an account is told', () => {
  it('that it was made, and that its password was changed', async () => {
    const email = `${randomUUID()}@example.com`;
    const { body } = await shop.call('/api/auth/register', { body: { email, password: 'a good password', name: 'Grace <Hopper>' } });
    const headers = { authorization: `Bearer ${body.accessToken}` };
    await shop.pumps.settled();
    const change = { currentPassword: 'a good password', newPassword: 'an even better password' };
    expect((await shop.call('/api/auth/password', { method: 'PUT', headers, body: change })).status).toBe(200);
    await shop.pumps.settled();
    const [welcome, changed, ...others] = await mailsWhere(shop, 'user_id = $1', [body.user.id]);
    expect(others).toEqual([]);
    expect(welcome).toMatchObject({ kind: 'welcome', recipient: email, status: 'sent' });
    expect(welcome?.html).toContain('Welcome, Grace &lt;Hopper&gt;');
    expect(changed).toMatchObject({ kind: 'password-changed', recipient: email, status: 'sent' });
    expect(changed?.text).toMatch(/was changed on \d+ \w+ \d{4} at .* UTC\./);
  });
});

describe('events that come late, again and in any order', () => {
  /** Hands events to the consumer by hand, as its queue would. */
  const deliver = async (...events: { type: string; time: string }[]) => {
    const { batchItemFailures } = (await shop.gateway.invoke('NotificationsNotifyPeople', batchOf(...events))) as {
      batchItemFailures: unknown[];
    };
    expect(batchItemFailures).toEqual([]);
  };
  const told = notifiedEvents.map(({ type }): string => type);
  const forget = (order: { id: string }) =>
    shop.database
      .query("delete from inbox where consumer = 'notifications/notify-people'")
      .then(() => shop.database.query('delete from notifications where order_id = $1', [order.id]));
  /** The events about an order that people are told of, and nothing told yet. */
  async function untold(order: { id: string }) {
    await shop.pumps.settled();
    await forget(order);
    return (await eventsAbout(shop, order.id)).filter(({ type }) => told.includes(type));
  }

  it('make one mail each, though each comes three times, the last first', async () => {
    const order = await place();
    await pay(order);
    await setStatus(order, { status: 'packed' });
    await setStatus(order, { status: 'shipped' });
    await refund(order);
    const events = await untold(order);
    expect(events).toHaveLength(5);
    await deliver(...events.toReversed(), ...events);
    await deliver(...events);
    const mails = await mailsOf(order);
    expect(mails.map(({ kind }) => kind).sort()).toEqual(['order-received', 'receipt', 'refunded', 'shipped']); // not packed: it is refunded
    expect(mails.map(({ tries }) => tries)).toEqual([1, 1, 1, 1]);
  });

  it('tell no failed payment of an order that is paid by now, and one failure only of an order that is not', async () => {
    const paid = await place();
    await pay(paid, 'pm_card_declined');
    await pay(paid);
    await deliver(...(await untold(paid)));
    expect((await kindsOf(paid)).sort()).toEqual(['order-received', 'receipt']);

    const unpaid = await place();
    for (let card = 0; card < 3; card++) await pay(unpaid, 'pm_card_declined');
    const events = await untold(unpaid);
    expect(events.filter(({ type }) => type === 'payment.failed.v1')).toHaveLength(3);
    await deliver(...events);
    expect((await kindsOf(unpaid)).sort()).toEqual(['order-received', 'payment-failed']);
  });

  it('tell one failure only when two come at the same moment', async () => {
    const order = await place();
    for (let card = 0; card < 2; card++) await pay(order, 'pm_card_declined');
    const failures = (await untold(order)).filter(({ type }) => type === 'payment.failed.v1');
    expect(failures).toHaveLength(2);
    const held = await barrier(shop.database, 'notifications', 'insert', "new.kind = 'payment-failed'");
    const runs = Promise.all(failures.map((event) => deliver(event)));
    // One stands before the barrier, the other one waits for it, or stands there too.
    const waiting = `select from pg_locks join pg_database d on d.oid = database
                      where locktype = 'advisory' and not granted and datname = current_database()`;
    await expect.poll(async () => (await shop.database.query(waiting)).length).toBe(2);
    await held.lift();
    await runs;
    expect(await kindsOf(order)).toEqual(['payment-failed']);
  });

  it('tell no expiry of an order that a late payment has revived', async () => {
    const order = await place();
    await shop.database.query("update orders set created_at = created_at - interval '1 day' where id = $1", [order.id]);
    await shop.gateway.invoke('OrdersExpireOrders', { time: new Date().toISOString() });
    await shop.pumps.settled();
    await shop.database.query("update orders set status = 'paid' where id = $1", [order.id]); // as a late success does
    await deliver(...(await untold(order)));
    expect(await kindsOf(order)).toEqual(['order-received']);
  });
});

it('every address of the seed belongs to nobody, so that a demo writes to no stranger', async () => {
  const rows = await shop.database.query<{ email: string }>(
    "select email from orders where created_at < now() - interval '1 day' union select email from users where created_at < now() - interval '1 hour'",
  );
  const addresses = [...rows.map(({ email }) => email), ...demoUsers.map(({ email }) => email)];
  expect(addresses.length).toBeGreaterThan(5);
  expect(addresses.filter((address) => !isNobodys(address))).toEqual([]);
});
