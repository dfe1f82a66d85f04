/** Mails on their way to a real mail server that takes, refuses, fails or hangs: each goes once, and none is lost. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { batchOf } from '#tests/support/deliveries.ts';
import { type MailServer, startMailServer } from '#tests/support/mail-server.ts';
import { eventsAbout, mailsWhere } from '#tests/support/mails.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let server: MailServer;
let shop: Shop;
let productId: string;
beforeAll(async () => {
  server = await startMailServer();
  const SMTP_URL = `smtp://kelvo:secret@127.0.0.1:${server.port}?tls.rejectUnauthorized=false`;
  shop = await startShop({ MAIL_TRANSPORT: 'smtp', SMTP_URL });
  [{ id: productId }] = (await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1')) as [{ id: string }];
});
afterAll(async () => {
  await shop.end();
  await server.stop();
});
beforeEach(() => Object.assign(server, { mood: 'take', taken: [], unanswered: 0 }));

/** An order of somebody whose address nobody reserved: the only server that hears of it is the test's. */
async function placed(email = `grace-${randomUUID()}@a-mailbox-of-tests.com`) {
  const { body: order } = await guest(shop).order([{ productId, quantity: 1 }], { email });
  const [created] = await eventsAbout(shop, order.id);
  if (!created) throw new Error('The order has no event');
  return { id: order.id as string, number: order.number as string, email, created };
}

/** Brings an event to the consumer. @returns whether it is done with */
async function deliver(event: { type: string; time: string }): Promise<boolean> {
  const { batchItemFailures } = (await shop.gateway.invoke('NotificationsNotifyPeople', batchOf(event))) as {
    batchItemFailures: unknown[];
  };
  return batchItemFailures.length === 0;
}

const mailOf = async ({ id }: { id: string }) => (await mailsWhere(shop, 'order_id = $1', [id]))[0];
const failuresOf = ({ id }: { id: string }) =>
  shop.database.query<{ error: string; tries: number }>('select error, tries from consumer_failures where event_id = $1', [id]);
const reported = (notificationId: string | undefined) =>
  shop.database.query(
    "select event->'data' as data from outbox where type = 'notification.failed.v1' and event->'data'->>'notificationId' = $1",
    [notificationId],
  );

describe('a mail', () => {
  it('goes once, though its event comes three times', async () => {
    const { created, email, ...order } = await placed();
    for (let time = 0; time < 3; time++) expect(await deliver(created)).toBe(true);
    expect(server.taken.map(({ to, secure }) => ({ to, secure }))).toEqual([{ to: [email], secure: true }]);
    expect(server.taken[0]?.source).toContain(`Subject: Your order ${order.number}`);
    expect(await mailOf(order)).toMatchObject({ status: 'sent', provider_id: 'a-queue-id', tries: 1 });
  });

  it('waits with its reason while the mail server is away, and goes when it is back', async () => {
    const { created, ...order } = await placed();
    server.mood = { at: 'recipient', code: 451 };
    expect(await deliver(created)).toBe(false);
    expect(await mailOf(order)).toMatchObject({ status: 'pending', reason: expect.stringContaining('451'), tries: 1 });
    server.mood = 'drop';
    expect(await deliver(created)).toBe(false);
    expect(await failuresOf(created)).toMatchObject([{ error: expect.stringContaining('Not sent yet'), tries: 2 }]);
    server.mood = 'take';
    expect(await deliver(created)).toBe(true);
    expect(server.taken).toHaveLength(1);
    expect(await mailOf(order)).toMatchObject({ status: 'sent', reason: null, tries: 3 });
    expect(await failuresOf(created)).toEqual([]);
  });

  it('that is refused for good is not tried again: its event is done with, and the admin is told why', async () => {
    const { created, ...order } = await placed();
    server.mood = { at: 'recipient', code: 550 };
    expect(await deliver(created)).toBe(true);
    server.mood = 'take';
    expect(await deliver(created)).toBe(true);
    expect(server.taken).toEqual([]);
    const mail = await mailOf(order);
    expect(mail).toMatchObject({ status: 'failed', reason: expect.stringContaining('550'), tries: 1 });
    expect(await reported(mail?.id)).toEqual([
      { data: { notificationId: mail?.id, kind: 'order-received', channel: 'mail', orderId: order.id, reason: mail?.reason } },
    ]);
  });

  it.each(['grace@example.com', 'demo@rumshop.com', 'grace@shop.test'])('to %s, which is nobody’s, never leaves', async (email) => {
    const { created, ...order } = await placed(email);
    expect(await deliver(created)).toBe(true);
    expect(server.taken).toEqual([]);
    expect(await mailOf(order)).toMatchObject({ status: 'suppressed', reason: 'Nobody has a mailbox at this domain' });
  });

  it('to an address that is to get no more never leaves', async () => {
    const { created, email, ...order } = await placed();
    await shop.database.query('insert into mail_suppressions (address, reason, at) values (lower($1), $2, now())', [email, 'It came back']);
    expect(await deliver(created)).toBe(true);
    expect(server.taken).toEqual([]);
    expect(await mailOf(order)).toMatchObject({ status: 'suppressed', reason: 'It came back' });
  });
});

describe('a process that dies', () => {
  /** As a process leaves the row that dies after the mail went and before that was noted. */
  const dieBeforeNoting = (order: { id: string }, ago: string) =>
    shop.database.query(
      `update notifications set status = 'pending', provider_id = null, sent_at = null, sending_until = now() - $2::interval where order_id = $1`,
      [order.id, ago],
    );

  it('between sending and noting makes the mail go a second time, under the same id, and no third time', async () => {
    const { created, ...order } = await placed();
    await deliver(created);
    await dieBeforeNoting(order, '1 second');
    expect(await deliver(created)).toBe(true);
    expect(await deliver(created)).toBe(true);
    const ids = server.taken.map(({ source }) => /^Message-ID: (\S+)/m.exec(source)?.[1]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('between the commit and the sending loses nothing', async () => {
    const { created, ...order } = await placed();
    server.mood = { at: 'recipient', code: 451 };
    await deliver(created);
    await shop.database.query('update notifications set tries = 0, reason = null where order_id = $1', [order.id]);
    server.mood = 'take';
    expect(await deliver(created)).toBe(true);
    expect(server.taken).toHaveLength(1);
  });

  it('keeps the mail to itself for a while: a second delivery does not send it too, and comes again', async () => {
    const { created, ...order } = await placed();
    await deliver(created);
    await dieBeforeNoting(order, '-1 minute');
    expect(await deliver(created)).toBe(false);
    expect(server.taken).toHaveLength(1);
    expect(await failuresOf(created)).toMatchObject([{ error: expect.stringContaining('It is being sent already') }]);
  });
});

it('two deliveries of an event at once send one mail', async () => {
  const { created, ...order } = await placed();
  server.mood = 'hang';
  const first = deliver(created);
  await expect.poll(() => server.unanswered, { timeout: 15_000 }).toBe(1);
  expect(await deliver(created)).toBe(false);
  expect(await first).toBe(false); // its time is over
  expect([server.taken, server.unanswered]).toEqual([[], 1]);
  server.mood = 'take';
  expect(await deliver(created)).toBe(true);
  expect(server.taken).toHaveLength(1);
  expect(await mailOf(order)).toMatchObject({ status: 'sent', tries: 2 });
});
