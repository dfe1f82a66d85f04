/** Currencies: prices that are the same on every route, rates that change meanwhile, and the feed that they come from. */
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listProductsRoute } from '#functions/catalog/lib/contract.ts';
import { convertAmountRoute, listCurrenciesRoute } from '#functions/currency/lib/contract.ts';
import { convert, priceIn } from '#functions/currency/lib/convert.ts';
import { type Currency, currencies } from '#platform/money.ts';
import { forgetPerProcess } from '#platform/per-process.ts';
import { fixed } from '#tests/support/exchanges.ts';
import { feedText } from '#tests/support/rates-feed.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';
import { conforming, walk } from '#tests/support/walk.ts';

let shop: Shop;
let feed: Server;
let answer: RequestListener;
/** What is there in plenty. */
let products: { id: string; slug: string; name: string; cents: number }[];
/** Base prices of all products. */
let baseOf: Map<string, number>;
beforeAll(async () => {
  feed = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => void feed.listen(0, '127.0.0.1', resolve));
  shop = await startShop({ RATES_FEED_URL: `http://127.0.0.1:${(feed.address() as AddressInfo).port}/daily.xml`, REDIS_URL: '' });
  const all = await shop.database.query<(typeof products)[number] & { stock: number }>(
    'select id, slug, name, price_amount::integer as cents, stock from products order by slug',
  );
  baseOf = new Map(all.map(({ id, cents }) => [id, cents]));
  products = all.filter(({ stock }) => stock >= 60);
});
afterAll(async () => {
  feed.closeAllConnections();
  feed.close();
  await shop.end();
});
beforeEach(async () => {
  await shop.database.query(`delete from exchange_rates where source <> 'fixed'; delete from rate_feeds`);
  forgetPerProcess('exchange-rates'); // a process reads them every half minute
});

/** Has these rates count from now on, in millionths for a dollar. */
async function setRates(micros: Partial<Record<Currency, number>>, asOf = '2026-11-24'): Promise<void> {
  const all = Object.fromEntries(currencies.map((code) => [code, micros[code] ?? Number(fixed(code).micros)]));
  await shop.database.query(
    `insert into exchange_rates (valid_from, code, micros, as_of, source, fetched_at)
       select now(), code, micros::bigint, $2, 'test', now() from json_each_text($1) as rate (code, micros)`,
    [JSON.stringify(all), asOf],
  );
  forgetPerProcess('exchange-rates');
}

const get = async (path: string) => {
  const { status, body, text } = await shop.call(path);
  expect(status, text).toBe(200);
  return body;
};
const quote = async (items: object[], currency: string) =>
  (await shop.call('/api/shipping/quote', { body: { items, country: 'US', currency } })).body.quotes[0].total;

describe('GET /api/currencies', () => {
  it('lists the currencies in one order, with names, minor units, rates, and where these are from', async () => {
    await setRates({ EUR: 930_123, JPY: 149_000_000 });
    const { items } = conforming(listCurrenciesRoute, await shop.call('/api/currencies'));
    const of = (code: Currency, name: string, minorUnits: number, rate: number) => ({
      code,
      name,
      minorUnits,
      rate,
      asOf: '2026-11-24',
      source: 'test',
    });
    expect(items).toEqual([
      of('USD', 'US Dollar', 2, 1),
      of('EUR', 'Euro', 2, 0.930123),
      of('GBP', 'British Pound', 2, 0.7863),
      of('JPY', 'Japanese Yen', 0, 149),
      of('CAD', 'Canadian Dollar', 2, 1.3785),
      of('AUD', 'Australian Dollar', 2, 1.5241),
      of('CHF', 'Swiss Franc', 2, 0.8837),
      of('CNY', 'Chinese Yuan', 2, 7.1186),
    ]);
  });
});

describe('GET /api/currencies/convert', () => {
  const ask = (amount: unknown, from: string, to: string) => shop.call(`/api/currencies/convert?amount=${amount}&from=${from}&to=${to}`);

  it('converts by the rates of both, rounded once, as prices are', async () => {
    const currency = fc.constantFrom(...currencies);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.nat({ max: 1_000 }), fc.nat({ max: 1_000_000_000_000 })),
        currency,
        currency,
        async (amount, from, to) => {
          const answered = conforming(convertAmountRoute, await ask(amount, from, to));
          const [source, target] = [fixed(from), fixed(to)];
          expect(answered).toEqual({
            from: { amount, currency: from },
            to: convert(amount, source, target),
            rate: Number((Number(target.micros) / Number(source.micros)).toPrecision(12)),
            asOf: '2026-11-02',
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes every exact amount, and refuses a result that would not be exact', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect((await ask(most, 'EUR', 'EUR')).body.to).toEqual({ amount: most, currency: 'EUR' });
    expect((await ask(most, 'EUR', 'GBP')).status).toBe(200);
    const { status, body } = await ask(most, 'USD', 'CNY');
    expect([status, body.code, body.errors]).toEqual([422, 'amount-too-large', [{ pointer: '/query/amount', message: 'must be less' }]]);
  });

  it.each([
    ['amount', 'amount=-1&from=EUR&to=USD'],
    ['amount', 'amount=1.5&from=EUR&to=USD'],
    ['amount', 'amount=1e3&from=EUR&to=USD'],
    ['amount', 'amount=9007199254740992&from=EUR&to=USD'],
    ['amount', 'amount=99999999999999999999&from=EUR&to=USD'],
    ['amount', 'from=EUR&to=USD'],
    ['from', 'amount=1&to=USD'],
    ['to', 'amount=1&from=USD&to='],
    ['to', 'amount=1&from=USD&to=usd'],
    ['from', 'amount=1&from=BTC&to=USD'],
  ])('refuses a bad %s: %s', async (name, query) => {
    const { status, body } = await shop.call(`/api/currencies/convert?${query}`);
    expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'invalid-request', `/query/${name}`]);
  });
});

describe('prices', () => {
  it('are the same on every route, in every currency, at any rates', async () => {
    // As far from the fixed ones as the feed's may be.
    const near = (code: Currency) => {
      const micros = Number(fixed(code).micros);
      return fc.integer({ min: Math.ceil(micros / 1.25), max: Math.floor(micros * 1.25) });
    };
    const rates = fc.record(Object.fromEntries(currencies.filter((code) => code !== 'USD').map((code) => [code, near(code)])));
    await fc.assert(
      fc.asyncProperty(rates, fc.nat({ max: products.length - 1 }), fc.integer({ min: 1, max: 5 }), async (micros, index, quantity) => {
        await setRates(micros);
        const { id, name, slug, cents } = products[index] as (typeof products)[number];
        for (const currency of currencies) {
          const priceOf = (base: number) => priceIn(base, { currency, micros: BigInt(micros[currency] ?? Number(fixed(currency).micros)) });
          const price = priceOf(cents);
          const sessionId = randomUUID();
          const added = (await shop.call(`/api/cart/add?currency=${currency}`, { body: { sessionId, productId: id, quantity } })).body;
          const own = (items: { slug: string; price: object }[]) => items.find((item) => item.slug === slug)?.price;
          /** Recommended products whose price is not their base price in the currency. */
          const others = ({ items }: { items: { product: { id: string; price: object } }[] }) =>
            items.filter(({ product }) => !isDeepStrictEqual(product.price, priceOf(baseOf.get(product.id) ?? 0)));
          // Its own price is both bounds: it shows only if bounds are turned into base prices by the rate that the price is shown by.
          const bounds = `minPrice=${price.amount}&maxPrice=${price.amount}`;
          expect({
            detail: (await get(`/api/products/${id}?currency=${currency}`)).price,
            list: own((await get(`/api/products?currency=${currency}&limit=100&${bounds}`)).items),
            search: own((await get(`/api/search?q=${encodeURIComponent(name)}&currency=${currency}&${bounds}`)).items),
            cart: (await get(`/api/cart/${sessionId}?currency=${currency}`)).items[0].unitPrice,
            added: added.items[0].unitPrice,
            recommended: others(await get(`/api/recommendations?productId=${id}&currency=${currency}`)),
            converted: (await get(`/api/currencies/convert?amount=${cents}&from=USD&to=${currency}`)).to,
          }).toEqual({ detail: price, list: price, search: price, cart: price, added: price, recommended: [], converted: price });
          const total = await quote([{ productId: id, quantity }], currency);
          const order = await guest(shop).order([], { items: undefined, sessionId, currency, expectedTotal: total });
          expect([order.status, order.body.items?.[0].unitPrice, order.body.total], order.text).toEqual([201, price, total]);
        }
      }),
      { numRuns: 2 },
    );
  });
});

describe('a rate that changes', () => {
  it('between quote and order has the order refused with the new total, which then holds', async () => {
    const items = [{ productId: products[0]?.id ?? '', quantity: 2 }];
    const [key, later] = [randomUUID(), randomUUID()];
    const seen = await quote(items, 'EUR');
    await setRates({ EUR: 950_000 });
    const refused = await guest(shop).order(items, { currency: 'EUR', expectedTotal: seen }, key);
    expect([refused.status, refused.body.code]).toEqual([409, 'price-changed']);
    expect(refused.body.total).toEqual(await quote(items, 'EUR'));
    expect(refused.body.total).not.toEqual(seen);
    const placed = await guest(shop).order(items, { currency: 'EUR', expectedTotal: refused.body.total }, later);
    expect(placed.status).toBe(201);
    // Changed again: the order keeps its prices and its rate, and a retry hears the same to the byte.
    await setRates({ EUR: 700_000 });
    expect(await guest(shop).order(items, { currency: 'EUR', expectedTotal: refused.body.total }, later)).toMatchObject({
      status: 201,
      text: placed.text,
    });
    expect((await guest(shop).read(placed.body)).body.total).toEqual(refused.body.total);
    expect(await shop.database.query('select currency, rate_micros::integer as rate from orders where id = $1', [placed.body.id])).toEqual([
      { currency: 'EUR', rate: 950_000 },
    ]);
    const intent = await guest(shop).intent(placed.body);
    expect(intent.body.amount).toEqual(refused.body.total);
  });

  it('counts for orders from its instant on, though it was written before', async () => {
    await shop.database.query(
      `insert into exchange_rates select now() + interval '1 hour', code, 2 * micros, as_of, 'test', now() from exchange_rates where source = 'fixed'`,
    );
    const items = [{ productId: products[0]?.id ?? '', quantity: 1 }];
    expect((await guest(shop).order(items, { currency: 'JPY' })).body.items[0].unitPrice).toEqual(
      priceIn(products[0]?.cents ?? 0, fixed('JPY')),
    );
    expect((await get('/api/currencies')).items[3]).toMatchObject({ code: 'JPY', rate: 151.82 });
  });

  it('moves the least that can be paid with it', async () => {
    const id = randomUUID();
    await shop.database.query(
      `insert into products (id, slug, name, description, price_amount, stock, image_url, created_at, updated_at) values ($1, $2, 'Cent', '', 1, 9999, '', now(), now())`,
      [id, `cent-${id}`],
    );
    await setRates({ GBP: 50_000 }); // a pound is 20 dollars: 30 pence are more than the fifty cents that any charge has to be worth
    const refused = await guest(shop).order([{ productId: id, quantity: 1 }], { currency: 'GBP' });
    expect([refused.status, refused.body.code, refused.body.least]).toEqual([422, 'total-too-small', { amount: 30, currency: 'GBP' }]);
    await setRates({ GBP: 5_000_000 });
    const placed = await guest(shop).order([{ productId: id, quantity: 1 }], { currency: 'GBP' });
    expect([placed.status, placed.body.total]).toEqual([201, { amount: 2_500, currency: 'GBP' }]);
    await shop.database.query('update products set archived_at = now() where id = $1', [id]);
  });

  it('while a list is walked by price loses none that is within the bounds before and after, and shows none twice', async () => {
    const query = { currency: 'EUR', minPrice: '2000', maxPrice: '20000', sort: 'price' };
    const before = await walk(shop, listProductsRoute, query);
    const first = await get(`/api/products?${new URLSearchParams({ ...query, limit: '5' })}`);
    await setRates({ EUR: 990_000 });
    const after = await walk(shop, listProductsRoute, query);
    const rest: { id: string }[] = [];
    for (let { nextCursor: cursor } = first; cursor !== null; ) {
      const page = await get(`/api/products?${new URLSearchParams({ ...query, limit: '5', cursor })}`);
      rest.push(...page.items);
      cursor = page.nextCursor;
    }
    const ids = [...first.items, ...rest].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const always = before.filter(({ id }) => after.some((product) => product.id === id));
    expect(always.length).toBeGreaterThan(10);
    expect(always.filter(({ id }) => !ids.includes(id))).toEqual([]);
  });
});

describe('the schedule that reads the feed', () => {
  const perEuro = { USD: '1.0853', JPY: '164.77', GBP: '0.8534', CAD: '1.4961', AUD: '1.6541', CHF: '0.9591', CNY: '7.7258' };
  const now = new Date();
  /** So many days from now: `2026-11-25`. */
  const day = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  const run = () => shop.gateway.invoke('CurrencyRefreshRates', { time: new Date().toISOString() });
  const counts = (outcome?: string) => ({ taken: 0, unchanged: 0, refused: 0, away: 0, ...(outcome && { [outcome]: 1 }) });
  const offer = (asOf: string, rates: Record<string, string> = perEuro) => {
    answer = (_, response) => void response.end(feedText(asOf, rates));
  };
  const stored = () =>
    shop.database.query(
      `select as_of::text, source, micros::integer as euro from exchange_rates where code = 'EUR' and source <> 'fixed' order by valid_from`,
    );
  const source = () => `127.0.0.1:${(feed.address() as AddressInfo).port}`;
  const state = async () => (await shop.database.query('select fault, held from rate_feeds'))[0];
  const health = async () => {
    const { status, dependencies } = (await shop.call('/api/health')).body;
    return [status, dependencies.rates?.status];
  };

  it('takes a whole new set, which counts for all at once after 45 seconds', async () => {
    offer(day(-1));
    expect(await run()).toEqual(counts('taken'));
    const rows = await shop.database.query(
      `select code, micros::integer as micros, as_of::text, source, fetched_at,
              valid_from between clock_timestamp() and clock_timestamp() + interval '46 seconds' as soon,
              count(*) over (partition by valid_from)::integer as "inSet"
         from exchange_rates where source <> 'fixed' order by code`,
    );
    expect(rows).toHaveLength(8);
    expect(rows.find(({ code }) => code === 'CHF')).toEqual({
      code: 'CHF',
      micros: 883_719,
      as_of: day(-1),
      source: source(),
      fetched_at: expect.any(Date),
      soon: true,
      inSet: 8,
    });
    expect((await get('/api/currencies')).items[1]).toMatchObject({ rate: 0.9214, source: 'fixed' });
    await shop.database.query(`update exchange_rates set valid_from = now() where source <> 'fixed'`);
    forgetPerProcess('exchange-rates');
    expect((await get('/api/currencies')).items[1]).toEqual({
      code: 'EUR',
      name: 'Euro',
      minorUnits: 2,
      rate: 0.921404,
      asOf: day(-1),
      source: source(),
    });
    expect([await state(), await health()]).toEqual([{ fault: null, held: null }, ['healthy', 'healthy']]);
  });

  it('writes nothing when it is asked again, at once or later, or for an older day; a later day and a correction it takes', async () => {
    offer(day(-2));
    const both = (await Promise.all([run(), run()])) as Record<string, number>[];
    expect(both.map(({ taken }) => taken).toSorted()).toEqual([0, 1]);
    expect(await run()).toEqual(counts('unchanged'));
    offer(day(-3), { ...perEuro, USD: '1.09' });
    expect(await run()).toEqual(counts('unchanged'));
    offer(day(-2), { ...perEuro, USD: '1.0900' });
    expect(await run()).toEqual(counts('taken'));
    offer(day(-1));
    expect(await run()).toEqual(counts('taken'));
    expect((await stored()).map(({ as_of, euro }) => [as_of, euro])).toEqual([
      [day(-2), 921_404],
      [day(-2), 917_431],
      [day(-1), 921_404],
    ]);
  });

  it.each<[string, RequestListener, string, RegExp]>([
    ['lacks a currency', (_, response) => void response.end(feedText(day(-1), { ...perEuro, CHF: 'N/A' })), 'refused', /CHF/],
    ['is no XML', (_, response) => void response.end('<!DOCTYPE html><p>Sorry'), 'refused', /plain XML/],
    ['is gone for good', (_, response) => void response.writeHead(410).end(), 'refused', /410/],
    [
      'leads elsewhere',
      (_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'refused',
      /another host/,
    ],
    ['is of a day to come', (_, response) => void response.end(feedText(day(30), perEuro)), 'refused', /rates of/],
    ['has stopped', (_, response) => void response.end(feedText(day(-16), perEuro)), 'refused', /newest rates/],
    ['is down', (_, response) => void response.writeHead(503).end(), 'away', /503/],
    ['breaks off', (_, response) => void response.destroy(), 'away', /./],
  ])('keeps the rates that there are when the feed %s, and notes why', async (_, listener, outcome, fault) => {
    answer = listener;
    expect(await run()).toEqual(counts(outcome));
    expect(await stored()).toEqual([]);
    expect(await state()).toEqual({ fault: expect.stringMatching(fault), held: null });
    expect(await health()).toEqual(['healthy', 'healthy']); // not for one failure
    offer(day(-1));
    expect(await run()).toEqual(counts('taken'));
    expect(await state()).toEqual({ fault: null, held: null });
  });

  it('holds rates that moved too far until a later day says the same', async () => {
    const crash = { ...perEuro, GBP: '1.7068' };
    offer(day(-2), crash);
    expect([await run(), await run()]).toEqual([counts('refused'), counts('refused')]);
    expect(await state()).toMatchObject({ fault: expect.stringContaining('GBP from 0.7863 to 1.572653'), held: { asOf: day(-2) } });
    expect(await stored()).toEqual([]);
    offer(day(-1), { ...crash, GBP: '1.6900' });
    expect(await run()).toEqual(counts('taken'));
    expect(await state()).toEqual({ fault: null, held: null });
  });

  it('that brought nothing for five days has the shop degraded, until it does', async () => {
    const daysAgo = (days: number, minutes: number) =>
      shop.database.query(
        'update rate_feeds set first_tried_at = $1::timestamptz, succeeded_at = case when succeeded_at is not null then $1::timestamptz end',
        [new Date(Date.now() - days * 86_400_000 + minutes * 60_000)],
      );
    expect(await health()).toEqual(['healthy', 'healthy']); // not asked yet
    answer = (_, response) => void response.writeHead(503).end();
    await run();
    await daysAgo(5, 1);
    expect(await health()).toEqual(['healthy', 'healthy']);
    await daysAgo(5, -1);
    expect(await health()).toEqual(['degraded', 'unhealthy']); // it never brought any
    await run();
    expect(await health()).toEqual(['degraded', 'unhealthy']);
    offer(day(0));
    await run();
    expect(await health()).toEqual(['healthy', 'healthy']);
    await daysAgo(5, -1);
    expect(await health()).toEqual(['degraded', 'unhealthy']);
    await run(); // nothing new, as on a Sunday
    expect(await health()).toEqual(['healthy', 'healthy']);
  });
});
