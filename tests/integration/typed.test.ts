/** What people type: taken where its meaning is plain, kept in one form, and refused with what is wanted. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '#tests/support/people.ts';
import { address, guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let buyer: ReturnType<typeof guest>;
let productId: string;
beforeAll(async () => {
  shop = await startShop();
  buyer = guest(shop);
  productId = (await shop.call('/api/products?limit=1&sort=-price')).body.items[0].id;
});
afterAll(() => shop.end());

const order = (more: object, rest: object = {}) =>
  buyer.order([{ productId, quantity: 1 }], { shippingAddress: { ...address, postalCode: undefined, ...more }, ...rest });

describe('an address', () => {
  it('needs a postal code where its country does, and nowhere else', async () => {
    for (const country of ['US', 'DE', 'JP', 'GB']) {
      const { status, body } = await order({ country });
      expect([country, status, body.errors]).toEqual([
        country,
        400,
        [{ pointer: '/shippingAddress/postalCode', message: 'is required in this country' }],
      ]);
    }
    for (const country of ['HK', 'IE', 'AE', 'KE']) {
      const { status, body } = await order({ country });
      expect([country, status]).toEqual([country, 201]);
      expect(body.shippingAddress).not.toHaveProperty('postalCode');
      expect((await buyer.read(body)).body.shippingAddress).toEqual(body.shippingAddress);
    }
  });

  it('has its postal code as its country writes it, in whatever width, case or dash it came', async () => {
    for (const [country, typed, kept] of [
      ['GB', ' sw1a1aa ', 'SW1A 1AA'],
      ['JP', '〒１５０ー０００１', '150-0001'],
      ['CA', 'k1a-0b1', 'K1A 0B1'],
      ['DE', '１０１１５', '10115'],
      ['US', '97205-1234', '97205-1234'],
    ]) {
      const { status, body } = await order({ country, postalCode: typed });
      expect([typed, status, body.shippingAddress?.postalCode]).toEqual([typed, 201, kept]);
    }
    const { body } = await order({ country: 'DE', postalCode: 'SW1A 1AA' });
    expect(body.errors).toEqual([{ pointer: '/shippingAddress/postalCode', message: 'must be a postal code of the country' }]);
  });

  it('of an order from before is shown as it was', async () => {
    const { body } = await order({ country: 'DE', postalCode: '10115' });
    const old = { ...body.shippingAddress, postalCode: 'old 1', region: 'Berlin', phone: '0' };
    await shop.database.query('update orders set shipping_address = $2 where id = $1', [body.id, old]);
    expect((await buyer.read(body)).body.shippingAddress).toEqual(old);
  });

  it('is in a country where people live', async () => {
    for (const country of ['AQ', 'BV', 'GS', 'HM', 'TF'])
      expect((await order({ country })).body.errors).toEqual([
        { pointer: '/shippingAddress/country', message: 'is not a country that parcels go to' },
      ]);
  });

  it('has the phone number that was typed, in an order as in a profile', async () => {
    const { call } = await signIn(shop, 'shopper');
    for (const [typed, kept] of [
      ['+49 (0)30 123/456-78', '+49 (0)30 123/456-78'],
      ['555.010.9999 ext. 12', '555.010.9999 ext. 12'],
      ['555 010 9999x12', '555 010 9999x12'],
      ['０３ー１２３４ー５６７８', '03-1234-5678'],
    ]) {
      const { status, body } = await order({ postalCode: '62704', phone: typed });
      expect([typed, status, body.shippingAddress?.phone]).toEqual([typed, 201, kept]);
      const { body: profile } = await call('/api/auth/profile', { method: 'PUT', body: { name: 'Demo Shopper', phone: typed } });
      expect([typed, profile.phone]).toEqual([typed, kept]);
    }
    expect((await order({ postalCode: '62704', phone: 'call me' })).body.errors).toEqual([
      { pointer: '/shippingAddress/phone', message: 'must be a phone number' },
    ]);
  });
});

describe('a name', () => {
  it('in which nothing can be seen is refused, wherever a text must not be empty', async () => {
    const admin = await signIn(shop, 'admin');
    const invisible = '\u200b\u2060\u3164';
    const price = { amount: 100, currency: 'USD' };
    const replies = [
      await order({ postalCode: '62704', name: invisible }),
      await shop.call('/api/auth/register', { body: { email: 'a@example.com', password: 'long enough', name: invisible } }),
      await admin.call('/api/products', { body: { name: invisible, description: invisible, price, tags: [invisible] } }),
      await admin.call('/api/categories', { body: { name: invisible } }),
      await shop.call(`/api/search?q=${encodeURIComponent(invisible)}`),
    ];
    expect(replies.map(({ status, body }) => [status, body.errors?.map(({ pointer }: { pointer: string }) => pointer)])).toEqual([
      [400, ['/shippingAddress/name']],
      [400, ['/name']],
      [400, ['/name', '/description', '/tags/0']],
      [400, ['/name']],
      [400, ['/query/q']],
    ]);
  });
});

describe('an e-mail address', () => {
  const password = 'long enough for all';
  const register = (email: string) => shop.call('/api/auth/register', { body: { email, password, name: 'Jörg' } });
  const login = (email: string) => shop.call('/api/auth/login', { body: { email, password } });

  it('with an international domain is one account in every form of it', async () => {
    const local = `joerg-${randomUUID()}`;
    const { status, body } = await register(`${local}@bücher.example`);
    expect([status, body.user?.email]).toEqual([201, `${local}@xn--bcher-kva.example`]);
    for (const domain of [
      'bücher.example',
      'BÜCHER.example',
      'bu\u0308cher.example',
      'bücher。example',
      'xn--bcher-kva.example',
      'XN--BCHER-KVA.EXAMPLE',
      'bücher.example.',
    ]) {
      expect([domain, (await login(`${local}@${domain}`)).body.user?.id]).toEqual([domain, body.user.id]);
      expect([domain, (await register(`${local}@${domain}`)).body.code]).toEqual([domain, 'email-taken']);
    }
  });

  it('with an international domain is taken with an order too', async () => {
    const { status, body } = await order({ postalCode: '62704' }, { email: 'ada@例え.テスト' });
    expect([status, body.email]).toEqual([201, 'ada@xn--r8jz45g.xn--zckzah']);
  });

  it('with other letters before the @ is refused with that reason', async () => {
    expect((await register('jörg@bücher.example')).body.errors).toEqual([
      { pointer: '/email', message: 'must have plain (ASCII) characters before the @: nobody can write to others' },
    ]);
  });
});

describe('a wrong type', () => {
  it('is called a wrong type, and only what is not there is required', async () => {
    const { body } = await shop.call('/api/orders', {
      headers: { 'idempotency-key': randomUUID() },
      body: { items: {}, email: 5, shippingAddress: { name: null, line1: ['x'], city: true }, shippingMethod: 1 },
    });
    expect(body.errors).toEqual([
      { pointer: '/items', message: 'must be an array' },
      { pointer: '/email', message: 'must be an e-mail address' },
      { pointer: '/shippingAddress/name', message: 'must be a string' },
      { pointer: '/shippingAddress/line1', message: 'must be a string' },
      { pointer: '/shippingAddress/city', message: 'must be a string' },
      { pointer: '/shippingAddress/country', message: 'is required' },
      { pointer: '/shippingMethod', message: 'must be one of standard, express, overnight' },
    ]);
  });
});
