import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import type { RouteContract } from '#platform/http/contract.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

/**
 * Every route that the contracts declare, tried by whom its thing does not belong to. A new route is in it by itself: what its path
 * parameters stand for is in `belongings`, and a parameter that is not there fails here by its name.
 */
let shop: Shop;
let owner: string;
let stranger: string;
const belongings: Record<string, string> = {};
let intentId: string;
let orderId: string;

beforeAll(async () => {
  shop = await startShop();
  const register = async (email: string) =>
    (await shop.call('/api/auth/register', { body: { email, password: 'a good password', name: 'Somebody' } })).body;
  const [one, two] = [await register('owner@example.com'), await register('stranger@example.com')];
  [owner, stranger] = [`Bearer ${one.accessToken}`, `Bearer ${two.accessToken}`];
  const { body: page } = await shop.call('/api/products?limit=1&sort=price');
  const product = page.items[0];
  const shopping = guest({ call: (path, call) => shop.call(path, { ...call, headers: { ...call?.headers, authorization: owner } }) });
  const { body: order } = await shopping.order([{ productId: product.id, quantity: 1 }]);
  expect(order.accessToken).toBeUndefined();
  const { body: intent } = await shopping.intent(order);
  [orderId, intentId] = [order.id, intent.id];
  belongings['/api/orders/{id}'] = order.id;
  belongings['/api/users/{id}'] = one.user.id;
  belongings['/api/products/{id}'] = product.id;
  belongings['/api/categories/{id}'] = product.category.id;
});
afterAll(() => shop.end());

const thingOf = (path: string): string | undefined => Object.keys(belongings).find((prefix) => path.startsWith(prefix));

/** A route's path with what belongs to the owner in it. */
function pathOf({ path }: RouteContract): string {
  const thing = thingOf(path);
  const own = thing === undefined ? path : path.replace(thing, thing.replace(/\{\w+\}/, belongings[thing] as string));
  return own.replace(/\{\w+\}/g, () => randomUUID());
}

/** A body that gets past the checks of routes whose thing is named in the body. */
const bodies: Record<string, () => object> = {
  'POST /api/payment/create-intent': () => ({ orderId }),
  'POST /api/payment/confirm': () => ({ intentId, paymentMethod: 'pm_card_visa' }),
  'POST /api/payment/refund': () => ({ orderId }),
};

function ask(contract: RouteContract, headers: Record<string, string>) {
  const name = `${contract.method} ${contract.path}`;
  const body = contract.body ? (bodies[name]?.() ?? {}) : undefined;
  return shop.call(pathOf(contract), {
    method: contract.method,
    headers: { ...headers, ...(contract.idempotent ? { 'idempotency-key': randomUUID() } : {}) },
    ...(body === undefined ? {} : { body }),
  });
}

const snapshot = async () =>
  JSON.stringify(
    await Promise.all(
      ['orders', 'order_history', 'payments', 'refunds', 'users', 'products', 'categories', 'stock_movements', 'audit_log'].map((table) =>
        shop.database.query(`select * from ${table} order by 1`),
      ),
    ),
  );

const routesOf = (...levels: string[]) =>
  allRoutes.filter(({ auth }) => levels.includes(auth)).map((contract) => ({ name: `${contract.method} ${contract.path}`, contract }));

describe('nobody', () => {
  it.each(routesOf('shopper', 'admin'))('is asked to sign in by $name', async ({ contract }) => {
    const before = await snapshot();
    expect((await ask(contract, {})).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(await snapshot()).toBe(before);
  });
});

describe('a shopper', () => {
  it.each(routesOf('admin'))('may not use the admin route $name', async ({ contract }) => {
    const before = await snapshot();
    expect((await ask(contract, { authorization: owner })).body).toMatchObject({ status: 403, code: 'admin-only' });
    expect(await snapshot()).toBe(before);
  });
});

/** Routes that lead to something that is one shopper's alone, by their path or by their body. */
const ofOne = routesOf('public', 'shopper').filter(
  ({ name, contract }) => bodies[name] !== undefined || /^\/api\/(orders|users)\/\{id\}/.test(contract.path),
);

describe('what belongs to another', () => {
  it('is tried by this table', () => {
    expect(ofOne.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'GET /api/orders/{id}',
        'POST /api/orders/{id}/cancel',
        'POST /api/payment/create-intent',
        'POST /api/payment/confirm',
        'GET /api/users/{id}',
      ]),
    );
  });

  it.each(ofOne)('is not there for nobody, a wrong token or another shopper: $name', async ({ contract }) => {
    const before = await snapshot();
    const strangers: Record<string, string>[] = [{ authorization: stranger }, { authorization: stranger, 'x-order-token': 'wrong' }];
    if (contract.auth === 'public') strangers.push({}, { 'x-order-token': 'wrong' }, { 'x-order-token': orderId });
    for (const headers of strangers) expect((await ask(contract, headers)).status, JSON.stringify(headers)).toBe(404);
    expect(await snapshot()).toBe(before);
  });
});

it('every path parameter is of a kind that this table knows', () => {
  const known = new Set(['id', 'sessionId', 'productId', 'runId', 'address']);
  const names = allRoutes.flatMap(({ path }) => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string));
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

it("a shopper's list holds no order of another", async () => {
  const { body } = await shop.call('/api/orders?limit=100', { headers: { authorization: stranger } });
  expect(body.items).toEqual([]);
  expect(
    (await shop.call('/api/orders', { headers: { authorization: owner } })).body.items.map((order: { id: string }) => order.id),
  ).toEqual([orderId]);
});
