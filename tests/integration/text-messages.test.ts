import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Person, signIn } from '#tests/support/people.ts';
import { address, guest, type Shop, startShop } from '#tests/support/shop.ts';

/** Answers as SNS does, by what a test put into `answers`; then that it took the message. */
let sns: Server;
const asked: URLSearchParams[] = [];
const answers: [status: number, body: string][] = [];
/** What happens before the next answer. */
let meanwhile: (() => Promise<unknown>) | undefined;
const taken: [number, string] = [200, '<PublishResponse><PublishResult><MessageId>sms-1</MessageId></PublishResult></PublishResponse>'];
const refusal = (status: number, code: string): [number, string] => [
  status,
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>No</Message></Error></ErrorResponse>`,
];

let shop: Shop;
let admin: Person;
let productId: string;
beforeAll(async () => {
  sns = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(new URLSearchParams(body));
    await meanwhile?.();
    meanwhile = undefined;
    const [status, text] = answers.shift() ?? taken;
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
  });
  sns.listen(0, '127.0.0.1');
  await once(sns, 'listening');
  const SNS_ENDPOINT = `http://127.0.0.1:${(sns.address() as AddressInfo).port}/`;
  shop = await startShop({ SMS_TRANSPORT: 'sns', SMS_SENDER_ID: 'KELVO', SNS_ENDPOINT }, { pumps: true });
  admin = await signIn(shop, 'admin');
  [{ id: productId }] = (await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1')) as [{ id: string }];
});
afterAll(async () => {
  await shop.end();
  sns.close();
  sns.closeAllConnections();
});
beforeEach(() => {
  asked.length = 0;
  answers.length = 0;
});

/** A packed order of somebody who agreed to text messages, and the way to ship it. */
async function packed({ email = 'ada@somewhere-else.com', smsConsent = true } = {}) {
  const shippingAddress = { ...address, phone: '(217) 555-0142' };
  const { body: order } = await guest(shop).order([{ productId, quantity: 1 }], { email, shippingAddress, smsConsent });
  await shop.database.query(`update orders set status = 'packed' where id = $1`, [order.id]);
  return order;
}

const move = (id: string, status: string) => admin.call(`/api/orders/${id}/status`, { method: 'PUT', body: { status } });
const textsOf = (id: string) =>
  shop.database.query<{ kind: string; status: string; reason: string | null }>(
    `select kind, status, reason from notifications where order_id = $1 and channel = 'sms' order by created_at`,
    [id],
  );

it('a buyer who agreed is told by text message that the parcel is on its way, and that it has arrived', async () => {
  const order = await packed();
  await move(order.id, 'shipped');
  await shop.pumps.settled();
  await move(order.id, 'delivered');
  await shop.pumps.settled();
  expect(asked.map((form) => Object.fromEntries(form))).toMatchObject([
    {
      Action: 'Publish',
      PhoneNumber: '+12175550142',
      Message: expect.stringContaining(`Kelvo: order ${order.number} is on its way.`),
      'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
      'MessageAttributes.entry.2.Value.StringValue': 'KELVO',
    },
    { Message: expect.stringContaining(`order ${order.number} has arrived.`) },
  ]);
  expect(await textsOf(order.id)).toEqual([
    { kind: 'shipped', status: 'sent', reason: null },
    { kind: 'delivered', status: 'sent', reason: null },
  ]);
});

it.each(['InvalidParameter', 'OptedOut'])('a phone that SNS refuses (%s) is not tried again, and an admin sees why', async (code) => {
  answers.push(refusal(400, code));
  const order = await packed();
  await move(order.id, 'shipped');
  await shop.pumps.settled();
  expect(await textsOf(order.id)).toEqual([{ kind: 'shipped', status: 'failed', reason: `SNS answered 400 ${code}: No` }]);
  expect(asked.length).toBe(1);
});

it.each([[503, 'ServiceUnavailable'] as const, [400, 'Throttling'] as const, [403, 'AuthorizationError'] as const])(
  'while SNS is away, throttles or keeps us out (%s %s), the message waits and is sent later',
  async (status, code) => {
    answers.push(refusal(status, code));
    const order = await packed();
    await move(order.id, 'shipped');
    await shop.pumps.settled();
    expect(await textsOf(order.id)).toEqual([{ kind: 'shipped', status: 'sent', reason: null }]);
    expect(asked.length).toBe(2);
  },
);

it('nobody gets one without consent, after it was withdrawn, or for an order of a made-up address', async () => {
  const [never, withdrawn, invented] = [await packed({ smsConsent: false }), await packed(), await packed({ email: 'ada@example.com' })];
  await shop.call(`/api/orders/${withdrawn.id}/sms-consent`, { method: 'DELETE', headers: { 'x-order-token': withdrawn.accessToken } });
  for (const { id } of [never, withdrawn, invented]) await move(id, 'shipped');
  await shop.pumps.settled();
  expect(asked).toEqual([]);
  expect([await textsOf(never.id), await textsOf(withdrawn.id)]).toEqual([[], []]);
  expect(await textsOf(invented.id)).toEqual([{ kind: 'shipped', status: 'suppressed', reason: 'Nobody has a mailbox at this domain' }]);
});

it('a consent that is withdrawn while the message waits counts', async () => {
  const order = await packed();
  answers.push(refusal(503, 'ServiceUnavailable'));
  meanwhile = () => shop.database.query('update orders set sms_withdrawn_at = now() where id = $1', [order.id]);
  await move(order.id, 'shipped');
  await shop.pumps.settled();
  expect(asked.length).toBe(1);
  expect(await textsOf(order.id)).toEqual([
    { kind: 'shipped', status: 'suppressed', reason: 'The consent to text messages was withdrawn' },
  ]);
});
