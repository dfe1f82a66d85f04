import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn } from '#tests/support/people.ts';
import { address, guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let productId: string;
beforeAll(async () => {
  shop = await startShop();
  [{ id: productId }] = (await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1')) as [{ id: string }];
});
afterAll(() => shop.end());

const order = (phone: string | undefined, smsConsent: unknown) =>
  guest(shop).order([{ productId, quantity: 1 }], { shippingAddress: { ...address, ...(phone && { phone }) }, smsConsent });

const consentOf = async (id: string) => {
  const [row] = await shop.database.query(
    'select sms_phone, sms_consent_at = created_at as at_once, sms_consent_via, sms_withdrawn_by from orders where id = $1',
    [id],
  );
  return row;
};

it('consent is kept with the number, when and how it was given; without it, or with false, there is none', async () => {
  const { status, body } = await order('(202) 555-0100', true);
  expect([status, body.smsConsent]).toEqual([201, true]);
  expect(await consentOf(body.id)).toEqual({
    sms_phone: '+12025550100',
    at_once: true,
    sms_consent_via: 'checkout',
    sms_withdrawn_by: null,
  });
  for (const consent of [false, undefined]) {
    const { status, body } = await order('(202) 555-0100', consent);
    expect([status, body.smsConsent]).toEqual([201, false]);
    expect(await consentOf(body.id)).toMatchObject({ sms_phone: null, sms_consent_via: null });
  }
});

it('consent without a phone, or to one that no text message reaches, is refused with a pointer, and nothing is ordered', async () => {
  const count = () => shop.database.query('select count(*) from orders');
  const before = await count();
  const refusals = await Promise.all([
    order(undefined, true),
    order('(202) 555-0100 ext. 7', true),
    order('12345', true),
    order('(202) 555-0100', 'yes'),
  ]);
  expect(refusals.map(({ status, body }) => [status, body.code, body.errors[0].pointer])).toEqual([
    [400, 'invalid-request', '/shippingAddress/phone'],
    [422, 'phone-takes-no-texts', '/shippingAddress/phone'],
    [422, 'phone-takes-no-texts', '/shippingAddress/phone'],
    [400, 'invalid-request', '/smsConsent'],
  ]);
  expect(await count()).toEqual(before);
});

it('who may see the order may withdraw the consent, once and for all; nobody else learns of the order', async () => {
  const { body } = await order('(202) 555-0100', true);
  const path = `/api/orders/${body.id}/sms-consent`;
  const withdraw = (headers: Record<string, string>) => shop.call(path, { method: 'DELETE', headers });
  const shopper = await signIn(shop, 'shopper');
  expect((await withdraw({})).status).toBe(404);
  expect((await shopper.call(path, { method: 'DELETE' })).status).toBe(404);
  expect((await guest(shop).read(body)).body.smsConsent).toBe(true);

  expect((await withdraw({ 'x-order-token': body.accessToken })).status).toBe(204);
  expect((await guest(shop).read(body)).body.smsConsent).toBe(false);
  const admin = await signIn(shop, 'admin');
  expect((await admin.call(path, { method: 'DELETE' })).status).toBe(204);
  expect(await consentOf(body.id)).toMatchObject({ sms_phone: '+12025550100', sms_withdrawn_by: 'guest' });
  expect(await shop.database.query('select 1 from audit_log where subject = $1', [`order:${body.id}`])).toEqual([]);
});

it('an admin who withdraws it for a caller stands in the audit log', async () => {
  const { body } = await order('(202) 555-0100', true);
  const admin = await signIn(shop, 'admin');
  await admin.call(`/api/orders/${body.id}/sms-consent`, { method: 'DELETE' });
  const log = await admin.call(`/api/admin/audit-log?subject=order:${body.id}`);
  expect(log.body.items).toMatchObject([{ action: 'order.sms-consent-withdrawn', detail: { after: { smsConsent: false } } }]);
});
