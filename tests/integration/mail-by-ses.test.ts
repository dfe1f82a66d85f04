/** The way of a mail in the cloud, function by function: the consumer invokes send-mail, which asks SES. The gateway stands in for both services. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailsWhere } from '#tests/support/mails.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ MAIL_TRANSPORT: 'ses' }, { pumps: true });
});
afterAll(() => shop.end());

it('a mail leaves by the function outside of the VPC, and has the id that SES gave it', async () => {
  const [product] = await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1');
  const order = async (email: string) =>
    (await guest(shop).order([{ productId: product?.id ?? '', quantity: 1 }], { email })).body.id as string;
  const [real, invented] = [await order(`grace-${randomUUID()}@a-mailbox-of-tests.com`), await order('grace@example.com')];
  await shop.pumps.settled();
  expect(await mailsWhere(shop, 'order_id = $1', [real])).toMatchObject([
    { status: 'sent', provider_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
  expect(await mailsWhere(shop, 'order_id = $1', [invented])).toMatchObject([{ status: 'suppressed', provider_id: null }]);
});

it('the stand-ins answer signed calls only, and send nothing that SES would not take', async () => {
  const call = (path: string, body: object, signed = true) =>
    shop.call(`/_local/${path}`, { body, headers: signed ? { authorization: 'AWS4-HMAC-SHA256 Credential=local' } : {} });
  const invocation = 'lambda/2015-03-31/functions/rumshop-notifications-send-mail-local/invocations';
  expect((await call(invocation, {}, false)).status).toBe(403);
  expect((await call('ses/v2/email/outbound-emails', {}, false)).status).toBe(403);
  expect((await call('ses/v2/email/outbound-emails', {})).status).toBe(400);
  expect((await call('lambda/2015-03-31/functions/unknown/invocations', {})).status).toBe(404);
  const broken = await call(invocation, { id: 'no id' });
  expect([broken.status, broken.headers.get('x-amz-function-error'), broken.body.errorMessage]).toEqual([
    200,
    'Unhandled',
    expect.stringContaining('The call is not valid: /id'),
  ]);
});
