import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Arrival, type JourneyKind, requestsPerJourney } from './arrivals.ts';
import { seedOf } from './chances-of.ts';
import { journeyOf } from './journey.ts';
import { personOf } from './people.ts';
import { shopperOf } from './shopper.ts';
import type { Reply, Step } from './step.ts';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const usd = (amount: number) => ({ amount, currency: 'USD' });
const products = ['Nimbus Wireless Headphones', 'Alder Dining Chair', 'Rosehip Teapot', 'Sunday Stockpot'].map((name, n) => ({
  id: uuid(n + 1),
  name,
  stock: 60,
  price: usd(1_000),
}));
const cart = (sessionId: string) => ({ sessionId, items: [{ productId: uuid(1), quantity: 1 }] });

/** What a shop that works answers, as far as journeys read it. */
const answers: Record<string, (step: Step) => unknown> = {
  'GET /api/categories': () => ({ items: [{ slug: 'kitchen' }, { slug: 'sports' }] }),
  'GET /api/products': () => ({ items: products }),
  'GET /api/products/{id}': ({ path }) => products.find(({ id }) => path.includes(id)),
  'GET /api/search': () => ({ items: products.slice(1), facets: { categories: [{ slug: 'kitchen' }] } }),
  'GET /api/currencies': () => ({ items: [{ code: 'EUR' }, { code: 'JPY' }] }),
  'POST /api/cart/add': ({ body }) => cart((body as { sessionId: string }).sessionId),
  'POST /api/cart/merge': () => cart('the-accounts-own-cart'),
  'POST /api/auth/register': () => ({ accessToken: 'token' }),
  'POST /api/shipping/quote': () => ({ quotes: [{ method: 'standard', total: usd(1_499) }] }),
  'POST /api/orders': () => ({ id: uuid(9), accessToken: 'order-token' }),
  'POST /api/payment/create-intent': () => ({ id: 'pi_12345678' }),
  'POST /api/payment/confirm': ({ body }) => ({ status: statusOf((body as { paymentMethod: string }).paymentMethod) }),
};
const statusOf = (method: string) => (/eclined/.test(method) ? 'failed' : 'succeeded');
const works = (step: Step): Reply => ({ status: 200, body: answers[step.route]?.(step) ?? {} });

/** The steps of a journey in a shop. */
function stepsOf(arrival: Pick<Arrival, 'kind' | 'seed'>, { tag = 'run1', shop = works } = {}): Step[] {
  const journey = journeyOf(arrival, tag);
  const steps: Step[] = [];
  let reply: Reply = { status: 0 };
  for (let { done, value } = journey.next(reply); !done && value; { done, value } = journey.next(reply)) {
    steps.push(value);
    reply = shop(value);
  }
  return steps;
}

const kinds: JourneyKind[] = ['browse', 'cart', 'checkout'];
const anyArrival = fc.record({ kind: fc.constantFrom(...kinds), seed: fc.nat(2 ** 31) });
const many = (kind: JourneyKind, count: number) => Array.from({ length: count }, (_, n) => stepsOf({ kind, seed: seedOf(n) }));
const share = (journeys: readonly Step[][], has: (step: Step) => boolean) =>
  journeys.filter((steps) => steps.some(has)).length / journeys.length;

test('the same arrival makes the same journey, request by request, as long as the shop answers the same', () => {
  fc.assert(
    fc.property(anyArrival, (arrival) => {
      expect(stepsOf(arrival)).toEqual(stepsOf(arrival));
    }),
  );
});

test('another run of the same seed makes the same choices, with carts, keys and addresses of its own', () => {
  fc.assert(
    fc.property(anyArrival, (arrival) => {
      const [one, other] = [stepsOf(arrival, { tag: 'one' }), stepsOf(arrival, { tag: 'other' })];
      expect(other.map(({ route, thinkMs }) => [route, thinkMs])).toEqual(one.map(({ route, thinkMs }) => [route, thinkMs]));
      expect(shopperOf(arrival.seed, 'one').newId()).not.toBe(shopperOf(arrival.seed, 'other').newId());
    }),
  );
});

test('a journey makes as many requests as the rate of arrivals is worked out with, to a twentieth', () => {
  for (const kind of kinds) {
    const mean = many(kind, 2_000).reduce((sum, steps) => sum + steps.length, 0) / 2_000;
    expect(Math.abs(mean / requestsPerJourney[kind] - 1), `${kind}: ${mean}`).toBeLessThan(0.05);
  }
});

test('people do all that a shop is for: search with and without slips, filter, change currency, sign in, see cards declined, leave without paying', () => {
  const [looking, buying] = [many('browse', 500), many('checkout', 1_000)];
  const to = (route: string) => (step: Step) => step.route === route;
  const method = ({ body }: Step) => String((body as { paymentMethod?: string } | undefined)?.paymentMethod);
  expect(share(looking, to('GET /api/search'))).toBeGreaterThan(0.4);
  expect(share(looking, to('GET /api/search/suggest'))).toBe(share(looking, to('GET /api/search')));
  expect(share(looking, ({ path }) => path.includes('maxPrice=') || path.includes('inStock='))).toBeGreaterThan(0.1);
  expect(share(looking, ({ path }) => path.includes('currency='))).toBeGreaterThan(0.1);
  expect(share(looking, to('POST /api/beacon'))).toBe(1);
  expect(share(looking, to('POST /api/cart/add'))).toBe(0);
  expect(share(many('cart', 500), to('POST /api/orders'))).toBe(0);
  expect(share(buying, to('POST /api/auth/register'))).toBeGreaterThan(0.2);
  expect(share(buying, to('POST /api/orders'))).toBe(1);
  expect(share(buying, (step) => /eclined/.test(method(step)))).toBeGreaterThan(0.08);
  expect(share(buying, (step) => method(step) === 'pm_card_authenticationRequired')).toBeGreaterThan(0.02);
  const paid = share(buying, (step) => /visa|mastercard|amex|authentication/.test(method(step)));
  expect(paid).toBeGreaterThan(0.85);
  expect(paid).toBeLessThan(0.97);
});

test('who gets no answer to an order presses the button again, with the same key, and gives up after three tries', () => {
  const gone: Reply = { status: 503, code: 'timeout', retryAfterMs: 2_000 };
  const steps = stepsOf({ kind: 'checkout', seed: 1 }, { shop: (step) => (step.route === 'POST /api/orders' ? gone : works(step)) });
  const tries = steps.filter(({ route }) => route === 'POST /api/orders');
  expect(tries.map(({ thinkMs }) => thinkMs).slice(1)).toEqual([2_000, 2_000]);
  expect(new Set(tries.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(steps.at(-1)).toBe(tries.at(-1));
});

test('a journey ends, and soon, in a shop that answers nothing at all', () => {
  fc.assert(
    fc.property(anyArrival, fc.constantFrom(0, 404, 409, 429, 500, 503), (arrival, status) => {
      expect(stepsOf(arrival, { shop: () => ({ status }) }).length).toBeLessThan(25);
    }),
  );
});

test('a journey takes two minutes at most, thinking included, so that the last of a run are gone soon after it', () => {
  fc.assert(
    fc.property(anyArrival, (arrival) => {
      expect(stepsOf(arrival).reduce((sum, { thinkMs }) => sum + thinkMs, 0)).toBeLessThan(120_000);
    }),
  );
});

test('its people are nobody: their addresses end in traffic.example, and those of orders name the run', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { accountEmail, orderEmail } = personOf(shopperOf(seed, 'run1').chances, 'run1');
      expect(accountEmail).toMatch(/^[a-z]+\.[a-z]+@traffic\.example$/);
      expect(orderEmail).toBe(accountEmail.replace('@', '+run1@'));
    }),
  );
});
