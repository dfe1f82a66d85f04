import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { mailBounced, mailComplained, notificationFailed } from '#functions/notifications/lib/contract.ts';
import { sqsRecord } from '#tests/support/deliveries.ts';
import { signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.end());
beforeEach(() => shop.database.query('truncate notifications, mail_suppressions, inbox, outbox'));

/** Writes a mail to Ada. */
async function mail({ status = 'sent', providerId = randomUUID() as string | null } = {}) {
  const id = randomUUID();
  await shop.database.query(
    `insert into notifications (id, kind, channel, recipient, event_id, text, status, provider_id, created_at)
       values ($1, 'packed', 'mail', 'ada@kelvo.example', gen_random_uuid()::text, 'Packed', $2, $3, now())`,
    [id, status, providerId],
  );
  return { id, providerId: providerId ?? 'not-written-down-yet' };
}

type Mail = Awaited<ReturnType<typeof mail>>;
const record = (type: string, detail: object) =>
  sqsRecord(JSON.stringify({ id: randomUUID(), source: 'aws.ses', 'detail-type': type, time: '2026-11-20T10:00:00Z', detail }));
const about = ({ id, providerId }: Mail) => ({ mail: { messageId: providerId, tags: { notification: [id] } } });
const bounce = (of: Mail, bounceType: string, emailAddress = 'ada@kelvo.example') =>
  record(mailBounced.type, { ...about(of), bounce: { bounceType, bouncedRecipients: [{ emailAddress }] } });
const complaint = (of: Mail) =>
  record(mailComplained.type, { ...about(of), complaint: { complainedRecipients: [{ emailAddress: 'ada@kelvo.example' }] } });

const receive = (...Records: ReturnType<typeof record>[]) => shop.gateway.invoke('NotificationsNoteBounces', { Records });
const statusOf = async ({ id }: Mail) => {
  const [row] = await shop.database.query<{ status: string; reason: string | null }>(
    'select status, reason from notifications where id = $1',
    [id],
  );
  return row;
};
const suppressed = () => shop.database.query<{ address: string; reason: string }>('select address, reason from mail_suppressions');

const told = async () =>
  (
    await shop.database.query<{ data: object }>("select event->'data' as data from outbox where type = $1 order by created_at, id", [
      notificationFailed.type,
    ])
  ).map(({ data }) => data);

const back = 'The mail came back';

it('reports of one mail end the same in every order, however often each comes', async () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  for (const order of orders) {
    await shop.database.query('truncate notifications, mail_suppressions, outbox');
    const of = await mail();
    const reports = [bounce(of, 'Transient'), complaint(of), bounce(of, 'Permanent')];
    const inOrder = order.flatMap((i) => reports[i] ?? []);
    expect(await receive(...inOrder, ...inOrder)).toEqual({ batchItemFailures: [] });
    expect(await statusOf(of)).toEqual({ status: 'failed', reason: back });
    expect((await suppressed()).map(({ address }) => address)).toEqual(['ada@kelvo.example']);
    expect(await told()).toEqual([{ notificationId: of.id, kind: 'packed', channel: 'mail', orderId: null, reason: back }]);
  }
});

it('why an address is suppressed is what was said first', async () => {
  const [one, two] = [await mail(), await mail()];
  await receive(complaint(one), bounce(two, 'Permanent'));
  expect(await suppressed()).toEqual([{ address: 'ada@kelvo.example', reason: 'The reader called the mail spam' }]);
  expect([await statusOf(one), await statusOf(two)]).toEqual([
    { status: 'sent', reason: 'The reader called the mail spam' },
    { status: 'failed', reason: back },
  ]);
});

it('a report that is faster than the answer to the sending finds the mail by our own id', async () => {
  const of = await mail({ status: 'pending', providerId: null });
  await receive(bounce(of, 'Permanent'));
  expect(await statusOf(of)).toEqual({ status: 'failed', reason: back });
});

it('a mail that arrived, or may still, is not told of as failed', async () => {
  const of = await mail();
  await receive(bounce(of, 'Transient'), complaint(of));
  expect(await told()).toEqual([]);
});

it('a report of a mail that is not there still counts for its address', async () => {
  expect(await receive(bounce({ id: randomUUID(), providerId: 'gone' }, 'Permanent', 'Grace <Grace@Kelvo.example>'))).toEqual({
    batchItemFailures: [],
  });
  expect((await suppressed()).map(({ address }) => address)).toEqual(['grace@kelvo.example']);
});

it('an address gets mails again when an admin says so, and nobody else may', async () => {
  const [admin, shopper] = [await signIn(shop, 'admin'), await signIn(shop, 'shopper')];
  await receive(bounce(await mail(), 'Permanent'));
  const allow = async (call: Shop['call']) =>
    (await call('/api/notifications/suppressions/Ada%40kelvo.example', { method: 'DELETE' })).status;
  expect([await allow(shop.call), await allow(shopper.call)]).toEqual([401, 403]);
  expect(await suppressed()).toHaveLength(1);
  expect([await allow(admin.call), await allow(admin.call)]).toEqual([204, 404]);
  expect(await suppressed()).toEqual([]);
  const [audited] = await shop.database.query(
    `select subject, detail->'before'->>'reason' as reason from audit_log where action = 'mails.allowed'`,
  );
  expect(audited).toEqual({ subject: 'address:ada@kelvo.example', reason: expect.stringContaining(back) });
});
