import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { priceIn } from '#functions/currency/lib/convert.ts';
import { taxContained } from '#functions/orders/lib/tax.ts';
import { quoteShippingRoute } from '#functions/shipping/lib/contract.ts';
import { deliveryDates, freeStandardFrom, shippingCost, shippingMethods } from '#functions/shipping/lib/methods.ts';
import { type Currency, currencies, sum } from '#platform/money.ts';
import { fixed } from '#tests/support/exchanges.ts';
import { contentsOf } from '#tests/support/raw.ts';
import { address, guest, type Shop, startShop } from '#tests/support/shop.ts';
import { conforming } from '#tests/support/walk.ts';

let shop: Shop;
let buyer: ReturnType<typeof guest>;
let products: { id: string; cents: number }[];
beforeAll(async () => {
  shop = await startShop();
  buyer = guest(shop);
  const rows = await shop.database.query<{ id: string; cents: string }>(
    'select id, price_amount as cents from products where stock >= 60 order by id',
  );
  products = rows.map(({ id, cents }) => ({ id, cents: Number(cents) }));
  await shop.database.query('update products set stock = 1000000 where stock >= 60');
});
afterAll(() => shop.end());

const quote = (body: object) => shop.call('/api/shipping/quote', { body: { country: 'US', postalCode: '62704', ...body } });
const quotesFor = async (body: object) => conforming(quoteShippingRoute, await quote(body)).quotes;
/** A product at a price, for sums at a limit. */
async function priced(cents: number): Promise<string> {
  const id = randomUUID();
  await shop.database.query(
    `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at) values ($1, $2, 'Priced', '', $3, 1000, now(), now())`,
    [id, `priced-${id}`, cents],
  );
  return id;
}

describe('a quote', () => {
  it('tells for each method its cost, the total and the days, and writes nothing', async () => {
    const before = await contentsOf(shop.database);
    const [product] = products as [{ id: string; cents: number }];
    const quotes = await quotesFor({ items: [{ productId: product.id, quantity: 2 }], country: 'DE', postalCode: undefined });
    expect(quotes.map(({ method }: { method: string }) => method)).toEqual([...shippingMethods]);
    for (const { method, cost, total, delivery } of quotes) {
      const amount = shippingCost(method, { country: 'DE', pieces: 2, subtotal: 2 * product.cents });
      expect(cost).toEqual({ amount, currency: 'USD' });
      expect(total).toEqual({ amount: 2 * product.cents + amount, currency: 'USD' });
      expect(delivery).toEqual(deliveryDates(method, 'DE', new Date()));
    }
    expect(await contentsOf(shop.database)).toEqual(before);
  });

  it('for a cart is that for its lines', async () => {
    const items = products.slice(0, 3).map(({ id }, i) => ({ productId: id, quantity: i + 1 }));
    const sessionId = randomUUID();
    for (const item of items) await shop.call('/api/cart/add', { body: { sessionId, ...item } });
    expect(await quotesFor({ sessionId })).toEqual(await quotesFor({ items }));
  });

  it('for an empty cart, or for products that there are not, is refused', async () => {
    expect((await quote({ sessionId: randomUUID() })).body).toMatchObject({ status: 409, code: 'cart-empty' });
    const items = [
      { productId: products[0]?.id, quantity: 1 },
      { productId: randomUUID(), quantity: 1 },
      { productId: randomUUID(), quantity: 1 },
    ];
    const { body } = await quote({ items });
    expect(body).toMatchObject({ status: 422, code: 'unknown-product' });
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/items/1/productId', '/items/2/productId']);
  });

  it('must name a cart or items, not both, and no product twice', async () => {
    const item = { productId: products[0]?.id, quantity: 1 };
    for (const body of [
      {},
      { sessionId: randomUUID(), items: [item] },
      { items: [] },
      { items: [item, item] },
      { items: [item, { ...item, productId: item.productId?.toUpperCase() }] },
    ]) {
      expect([JSON.stringify(body), (await quote(body)).body.code]).toEqual([JSON.stringify(body), 'invalid-request']);
    }
  });

  it('is free for standard from 75 dollars on, by the base price, whatever the currency', async () => {
    const [below, at] = [await priced(freeStandardFrom - 1), await priced(freeStandardFrom)];
    for (const currency of ['USD', 'EUR', 'JPY']) {
      const standard = async (productId: string, more: object = {}) =>
        (await quotesFor({ items: [{ productId, quantity: 1 }], currency, ...more }))[0].cost;
      expect(await standard(at)).toEqual({ amount: 0, currency });
      expect(await standard(below)).toEqual(priceIn(499, fixed(currency as Currency)));
      expect(await standard(at, { country: 'CA', postalCode: 'K1A 0B1' })).not.toEqual({ amount: 0, currency });
    }
  });
});

describe('an order', () => {
  it('costs what its quote said, line by line and with its tax, in every currency and country', async () => {
    const lines = fc.uniqueArray(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 99 })), {
      minLength: 1,
      maxLength: 6,
      selector: ([index]) => index,
    });
    const codes: Record<string, string> = {
      US: '62704',
      DE: '10115',
      FI: '00100',
      CH: '8001',
      JP: '150-0001',
      CA: 'K1A 0B1',
      BR: '01310-100',
    };
    const countries = fc.constantFrom(...Object.keys(codes));
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.constantFrom(...currencies),
        countries,
        fc.constantFrom(...shippingMethods),
        async (picked, currency, country, method) => {
          const chosen = picked.map(([index, quantity]) => ({
            ...(products[index % products.length] as { id: string; cents: number }),
            quantity,
          }));
          const items = chosen.map(({ id, quantity }) => ({ productId: id, quantity }));
          const quotes = await quotesFor({ items, currency, country });
          const quoted = quotes.find((one: { method: string }) => one.method === method);
          const reply = await buyer.order(items, {
            currency,
            shippingMethod: method,
            shippingAddress: { ...address, country, postalCode: codes[country] },
            expectedTotal: quoted.total, // refused if it were another
          });
          expect(reply.status, reply.text).toBe(201);
          const { body: order } = reply;
          const units = chosen.map(({ cents }) => priceIn(cents, fixed(currency)).amount);
          expect(order.items.map((item: { unitPrice: object; lineTotal: object }) => [item.unitPrice, item.lineTotal])).toEqual(
            chosen.map(({ quantity }, i) => [
              { amount: units[i], currency },
              { amount: (units[i] as number) * quantity, currency },
            ]),
          );
          const subtotal = sum(chosen.map(({ quantity }, i) => (units[i] as number) * quantity));
          const total = subtotal + quoted.cost.amount;
          expect(order).toMatchObject({
            subtotal: { amount: subtotal, currency },
            shipping: quoted.cost,
            total: { amount: total, currency },
            tax: { amount: taxContained(total, country), currency },
            shippingMethod: method,
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('keeps its prices when the catalog’s change, and refuses a total in another currency', async () => {
    const productId = await priced(5_000);
    const { body: order } = await buyer.order([{ productId, quantity: 2 }]);
    await shop.database.query('update products set price_amount = 9999, name = $2 where id = $1', [productId, 'Renamed']);
    const { body } = await buyer.read(order);
    expect(body).toMatchObject({ items: [{ name: 'Priced', unitPrice: { amount: 5_000 } }], total: order.total });
    const other = await buyer.order([{ productId, quantity: 1 }], { currency: 'EUR', expectedTotal: { amount: 1, currency: 'USD' } });
    expect(other.body).toMatchObject({ status: 422, code: 'currency-mismatch', errors: [{ pointer: '/expectedTotal/currency' }] });
  });

  it('keeps the address as it was given, whatever letters it has', async () => {
    const productId = await priced(5_000);
    const odd = {
      ...address,
      name: `O'Brien "Bob" <b>; drop table orders; --`,
      line1: '日本橋 1-2-3 \u{1f3e0}',
      line2: '\\$1 %s {{x}}',
      city: 'Zürich',
    };
    const { body: order } = await buyer.order([{ productId, quantity: 1 }], { shippingAddress: odd });
    expect((await buyer.read(order)).body.shippingAddress).toEqual(odd);
  });
});
