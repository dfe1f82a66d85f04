/** Rate limits for addresses and accounts, counted in Redis. */
import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { within } from '#local/services/processes.ts';
import { findRedis } from '#local/services/redis.ts';
import { lookInto } from '#tests/support/redis.ts';
import { type Call, type Shop, startShop } from '#tests/support/shop.ts';

const prefix = 'rate-limit-test:';
const perAddress = 20;
const perAccount = 8;
let shop: Shop;
let redis: Redis;

beforeAll(async () => {
  shop = await startShop({
    REDIS_KEY_PREFIX: prefix,
    RATE_LIMIT_PER_MINUTE: String(perAddress),
    ACCOUNT_RATE_LIMIT_PER_MINUTE: String(perAccount),
    ORIGIN_SECRET_SHA256: createHash('sha256').update('told-by-cloudfront').digest('hex'),
  });
  redis = lookInto(inject('redisUrl'));
  await within(5_000, async () => {
    await from(newAddress(), '/api/categories');
    return findRedis() === null || (await redis.keys(`${prefix}rate:*`)).length > 0;
  });
});
afterAll(async () => {
  redis.disconnect();
  await shop.end();
});

let addresses = 0;
const newAddress = () => `198.51.100.${++addresses}`;
/** A request as CloudFront passes it on. */
const from = (address: string, path: string, { headers, ...call }: Call = {}) =>
  shop.call(path, {
    ...call,
    headers: { 'x-origin-secret': 'told-by-cloudfront', 'cloudfront-viewer-address': `${address}:4711`, ...headers },
  });
const number = (reply: { headers: Headers }, name: string) => Number(reply.headers.get(name));

async function newAccount(): Promise<{ authorization: string }> {
  const body = { email: `${randomUUID()}@example.com`, password: 'correct horse battery', name: 'Ada' };
  const reply = await from(newAddress(), '/api/auth/register', { body });
  expect(reply.status).toBe(201);
  return { authorization: `Bearer ${reply.body.accessToken}` };
}

describe('an address', () => {
  it('is told what is left, and refused when nothing is: 429, with the time to wait', async () => {
    const address = newAddress();
    const replies = [];
    for (let i = 0; i < perAddress + 3; i++) replies.push(await from(address, '/api/categories?limit=1'));
    expect(replies.map(({ status }) => status)).toEqual([...Array(perAddress).fill(200), 429, 429, 429]);
    const left = replies.map((reply) => number(reply, 'ratelimit-remaining'));
    expect(left).toEqual([...left].sort((a, b) => b - a));
    expect(left.at(-1)).toBe(0);
    for (const reply of replies) {
      expect(number(reply, 'ratelimit-limit')).toBe(perAddress);
      expect(number(reply, 'ratelimit-reset')).toBeGreaterThanOrEqual(1);
      expect(number(reply, 'ratelimit-reset')).toBeLessThanOrEqual(60);
    }
    const refused = replies.at(-1);
    expect(refused?.body).toMatchObject({ status: 429, code: 'rate-limited' });
    expect(refused?.headers.get('content-type')).toBe('application/problem+json');
    expect(number(refused as { headers: Headers }, 'retry-after')).toBeGreaterThanOrEqual(1);
    expect(number(refused as { headers: Headers }, 'retry-after')).toBeLessThanOrEqual(120);
    expect((await from(newAddress(), '/api/categories?limit=1')).status).toBe(200);
  });

  it('is counted whatever its token is worth, so that guessing tokens is limited, too', async () => {
    const address = newAddress();
    const statuses = [];
    for (let i = 0; i < perAddress + 1; i++) {
      statuses.push((await from(address, '/api/orders', { headers: { authorization: 'Bearer guess' } })).status);
    }
    expect(statuses.at(0)).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });

  it('of IPv6 is its network of 64 bits: another address of that gets no more', async () => {
    const at = (network: string, host: number) => from(`2001:db8:0:${network}::${host}`, '/api/categories');
    const first = number(await at('a1', 1), 'ratelimit-remaining');
    expect(number(await at('a1', 2), 'ratelimit-remaining')).toBe(first - 1);
    expect(number(await at('a2', 1), 'ratelimit-remaining')).toBe(first);
  });

  it('that is refused has written nothing', async () => {
    const address = newAddress();
    const sessionId = randomUUID();
    const [{ id }] = (await shop.database.query<{ id: string }>('select id from products where stock >= 60 limit 1')) as [{ id: string }];
    const add = () => from(address, '/api/cart/add', { body: { sessionId, productId: id, quantity: 1 } });
    const statuses = [];
    for (let i = 0; i < perAddress + 3; i++) statuses.push((await add()).status);
    expect(statuses.slice(-3)).toEqual([429, 429, 429]);
    expect((await from(newAddress(), `/api/cart/${sessionId}`)).body.itemCount).toBe(perAddress);
  });

  it('that was refused a moment ago has no more reads done for it in vain', async () => {
    const address = newAddress();
    const page = '/api/products?limit=9';
    for (let i = 0; i <= perAddress; i++) await from(address, page);
    const holder = new pg.Client({ connectionString: shop.database.adminUrl });
    await holder.connect();
    await holder.query('begin; lock table products in access exclusive mode');
    const refused = from(address, '/api/products?limit=11'); // would wait for the products if it read
    const answered = await Promise.race([refused, within(1_000, () => false)]);
    await holder.query('commit');
    await holder.end();
    expect(answered).toMatchObject({ status: 429 });
  });

  it.skipIf(findRedis() === null)('is counted together by all processes, under a key that does not tell it', async () => {
    const address = newAddress();
    const before = new Set(await redis.keys(`${prefix}rate:*`));
    const first = number(await from(address, '/api/categories'), 'ratelimit-remaining');
    const [key = ''] = (await redis.keys(`${prefix}rate:*`)).filter((each) => !before.has(each));
    expect(key).not.toContain(address);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(120_000);
    await redis.incrby(key, 10); // what others have counted
    expect(number(await from(address, '/api/categories'), 'ratelimit-remaining')).toBe(first - 11);
  });
});

describe('an account', () => {
  it('is counted wherever it comes from, apart from others and from guests', async () => {
    const [ada, bob] = [await newAccount(), await newAccount()];
    const statuses = [];
    for (let i = 0; i < perAccount + 2; i++) statuses.push((await from(newAddress(), '/api/orders', { headers: ada })).status);
    expect(statuses).toEqual([...Array(perAccount).fill(200), 429, 429]);
    expect((await from(newAddress(), '/api/orders', { headers: bob })).status).toBe(200);
  });

  it('is told the limit that it reaches first', async () => {
    const address = newAddress();
    const headers = await newAccount();
    const alone = await from(address, '/api/orders', { headers });
    expect(number(alone, 'ratelimit-limit')).toBe(perAccount);
    expect(number(alone, 'ratelimit-remaining')).toBe(perAccount - 1);
    for (let i = 0; i < perAddress - 4; i++) await from(address, '/api/categories');
    const crowded = await from(address, '/api/orders', { headers });
    expect(number(crowded, 'ratelimit-limit')).toBe(perAddress);
  });
});
