import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let admin: Person;
let productId: string;
beforeAll(async () => {
  shop = await startShop();
  admin = await signIn(shop, 'admin');
  [{ id: productId }] = (await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1')) as [{ id: string }];
});
afterAll(() => shop.end());

/** Writes mails to somebody, each a second younger than the one before, and gives their ids. */
async function write(to: string, count: number, orderId: string | null = null): Promise<string[]> {
  const rows = await shop.database.query<{ id: string }>(
    `insert into notifications (id, kind, channel, recipient, event_id, order_id, subject, html, text, headers, status, created_at)
       select gen_random_uuid(), 'packed', 'mail', $1, 'event-' || i, $3, 'Subject ' || i, '<p>Mail</p>', 'Mail', '{"X-Kind": "packed"}', 'sent',
              timestamptz '2026-11-25T10:00:00Z' + make_interval(secs => i)
         from generate_series(1, $2::integer) i returning id`,
    [to, count, orderId],
  );
  return rows.map(({ id }) => id);
}

const list = (query: string) => admin.call(`/api/notifications/mailbox?${query}`);

it('the mailbox shows mails of one recipient, whatever the case, newest first and page by page', async () => {
  const ids = await write('Grace@example.com', 5);
  await write('another@example.com', 1);
  const first = await list('to=grace@EXAMPLE.com&limit=3');
  const second = await list(`to=grace@EXAMPLE.com&limit=3&cursor=${first.body.nextCursor}`);
  expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids.toReversed());
  expect(second.body.nextCursor).toBeNull();
  expect(first.body.items[0]).toEqual({
    id: ids[4],
    kind: 'packed',
    channel: 'mail',
    to: 'Grace@example.com',
    subject: 'Subject 5',
    orderId: null,
    status: 'sent',
    reason: null,
    createdAt: '2026-11-25T10:00:05.000Z',
    sentAt: null,
  });
  expect((await list(`to=another@example.com&cursor=${first.body.nextCursor}`)).body.code).toBe('invalid-cursor');
});

it('a mail is read whole: HTML, text and headers', async () => {
  const [id] = await write('whole@example.com', 1);
  expect((await admin.call(`/api/notifications/mailbox/${id}`)).body).toMatchObject({
    id,
    html: '<p>Mail</p>',
    text: 'Mail',
    headers: { 'X-Kind': 'packed' },
  });
  expect((await admin.call(`/api/notifications/mailbox/${productId}`)).body.code).toBe('notification-not-found');
});

const place = async () => (await guest(shop).order([{ productId, quantity: 1 }])).body;

it('the mails of an order are listed by the order', async () => {
  const order = await place();
  const ids = await write('ada@example.com', 2, order.id);
  expect((await list(`orderId=${order.id}`)).body.items.map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
});

const confirm = (orderId: string) => admin.call('/api/notifications/order-confirmation', { body: { orderId } });
const update = (body: object) => admin.call('/api/notifications/shipping-update', { body });
const requestsFor = (orderId: string) =>
  shop.database.query<{ data: { notificationId: string; kind: string; tracking?: object } }>(
    `select event->'data' as data from outbox where type = 'notification.requested.v1' and event->>'subject' = $1 order by created_at, id`,
    [orderId],
  );

it('two clicks at once ask for one mail; a minute later it is another', async () => {
  const { id: orderId } = await place();
  const [one, two] = await Promise.all([confirm(orderId), confirm(orderId)]);
  expect([one?.status, two?.status]).toEqual([202, 202]);
  expect(one?.body).toEqual(two?.body);
  expect((await requestsFor(orderId)).map(({ data }) => data.notificationId)).toEqual([one?.body.id]);

  await shop.database.query(`update audit_log set at = at - interval '61 seconds' where subject = $1`, [`order:${orderId}`]);
  const later = await confirm(orderId);
  expect(later.body.id).not.toBe(one?.body.id);
  expect(await requestsFor(orderId)).toHaveLength(2);
  const log = await admin.call(`/api/admin/audit-log?subject=order:${orderId}`);
  expect(log.body.items).toMatchObject([
    { action: 'order.order-received-mail-requested', detail: { after: { notificationId: later.body.id } } },
    { action: 'order.order-received-mail-requested' },
  ]);
});

it('news of a parcel tells the tracking that is given, or the order’s; another number is another mail', async () => {
  const { id: orderId } = await place();
  await shop.database.query(`update orders set status = 'shipped', tracking = '{"carrier": "UPS", "number": "1Z"}' where id = $1`, [
    orderId,
  ]);
  const own = await update({ orderId });
  const given = await update({ orderId, trackingNumber: '2Z' });
  expect([own.status, given.status]).toEqual([202, 202]);
  expect(own.body.id).not.toBe(given.body.id);
  expect((await update({ orderId, carrier: 'UPS', trackingNumber: '2Z' })).body).toEqual(given.body);
  expect((await requestsFor(orderId)).map(({ data }) => data.tracking)).toEqual([undefined, { carrier: 'UPS', number: '2Z' }]);
});

it('what an order has nothing to tell of is refused with a code, and asks for nothing', async () => {
  const order = await place();
  expect((await update({ orderId: order.id })).body).toMatchObject({ status: 409, code: 'not-shipped' });
  await guest(shop).cancel(order);
  expect((await confirm(order.id)).body).toMatchObject({ status: 409, code: 'order-closed' });
  expect((await confirm(productId)).body).toMatchObject({ status: 404, code: 'order-not-found' });
  expect((await update({ orderId: productId })).body).toMatchObject({ status: 404, code: 'order-not-found' });
  await shop.database.query(`update orders set status = 'delivered', tracking = null where id = $1`, [order.id]);
  expect((await update({ orderId: order.id, trackingNumber: '1Z' })).body).toMatchObject({
    status: 422,
    code: 'tracking-incomplete',
    errors: [{ pointer: '/carrier' }],
  });
  expect(await requestsFor(order.id)).toEqual([]);
});

it('guests and shoppers neither read mails nor have them sent', async () => {
  const shopper = await signIn(shop, 'shopper');
  for (const call of [shop.call, shopper.call]) {
    const status = call === shop.call ? 401 : 403;
    expect((await call('/api/notifications/mailbox')).status).toBe(status);
    expect((await call('/api/notifications/order-confirmation', { body: { orderId: productId } })).status).toBe(status);
  }
});
