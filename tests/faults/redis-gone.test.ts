/**
 * Redis goes away under shopping traffic, in three ways, and comes back. Nobody notices but by the clock: no 5xx, no cart lost or seen as it was
 * before one's own change, no price older than 5 s, no request that waits for Redis more than once.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { within } from '#local/services/processes.ts';
import { findRedis } from '#local/services/redis.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type GatewayProcess, startGatewayProcess } from '#tests/support/gateway-process.ts';
import { lookInto, type OwnRedis, ownRedis } from '#tests/support/redis.ts';
import { type Call, guest, type Reply } from '#tests/support/shop.ts';

/** platform/cache/redis.ts: what a request waits for Redis at most. */
const timeoutMs = 200;
const perAddress = 150;

let redis: OwnRedis;
let look: Redis;
let database: TestDatabase;
let gateway: GatewayProcess;
let products: { id: string; price: number }[];

beforeAll(async () => {
  redis = await ownRedis();
  await redis.start();
  look = lookInto(redis.url);
  database = await freshDatabase();
  gateway = await startGatewayProcess(database.url, {
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: 'gone:',
    RATE_LIMIT_PER_MINUTE: String(perAddress),
    ORIGIN_SECRET_SHA256: createHash('sha256').update('told-by-cloudfront').digest('hex'),
  });
  await database.query('update products set stock = 1000000 where stock >= 60');
  const rows = await database.query<{ id: string; price: string }>(
    'select id, price_amount as price from products where stock >= 60 order by id limit 6',
  );
  products = rows.map(({ id, price }) => ({ id, price: Number(price) }));
});
afterAll(async () => {
  look.disconnect();
  await gateway.kill();
  await redis.kill();
  await database.end();
});

let addresses = 0;
/** Everybody comes from an address of their own, unless it is given. */
const call = (
  path: string,
  { headers, ...rest }: Call = {},
  address = `10.${++addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`,
) =>
  gateway.call(path, {
    ...rest,
    headers: { 'x-origin-secret': 'told-by-cloudfront', 'cloudfront-viewer-address': `${address}:4711`, ...headers },
  });

interface Traffic {
  replies: { what: string; status: number; ms: number; text: string }[];
  /** How long requests took that Redis has no part in, nor anything else: what the machine is slow by at the moment. */
  idle: number[];
  /** What a shopper saw that they must not see. */
  faults: string[];
  orders: number;
  stop(): Promise<void>;
}

/** Shoppers without a pause, who know what they must see. An admin changes a price four times a second. */
function startTraffic(): Traffic {
  let going = true;
  const traffic: Traffic = { replies: [], idle: [], faults: [], orders: 0, stop: () => Promise.resolve() };
  const ask = async (what: string, path: string, more?: Call): Promise<Reply> => {
    const began = performance.now();
    const reply = await call(path, more);
    traffic.replies.push({ what, status: reply.status, ms: performance.now() - began, text: reply.text });
    return reply;
  };
  const [priced, ...others] = products as [(typeof products)[number], ...typeof products];
  /** When each price was replaced by the next. */
  const ended = new Map<number, number>();
  const checkPrice = (where: string, amount: number | undefined) => {
    const end = amount === undefined ? undefined : ended.get(amount);
    const ageMs = end === undefined ? 0 : Date.now() - end;
    if (ageMs > 5_000) traffic.faults.push(`${where} shows a price that ended ${ageMs} ms ago`);
  };
  const admin = async () => {
    while (going) {
      const old = priced.price;
      await database.query('update products set price_amount = $2 where id = $1', [priced.id, old + 1]);
      ended.set(old, Date.now());
      priced.price = old + 1;
      await within(250, () => !going);
    }
  };
  const idler = async () => {
    while (going) {
      const began = performance.now();
      await call('/api/nothing-here');
      await database.query('select 1');
      traffic.idle.push(performance.now() - began);
    }
  };
  const browser = async () => {
    while (going) {
      const page = await ask('list', '/api/products?limit=100');
      checkPrice('the list', page.body?.items?.find((item: { id: string }) => item.id === priced.id)?.price.amount);
      checkPrice('the page', (await ask('page', `/api/products/${priced.id}`)).body?.price?.amount);
      await ask('search', '/api/search?q=day');
    }
  };
  const shopper = async (productId: string) => {
    const buyer = guest({ call: (path, more) => ask('order', path, more) });
    while (going) {
      const sessionId = randomUUID();
      const see = (quantity: number, reply: Reply, what: string) => {
        const line = reply.body?.items?.find((item: { productId: string }) => item.productId === productId);
        if ((line?.quantity ?? 0) !== quantity) traffic.faults.push(`${what} shows ${line?.quantity ?? 'nothing'} instead of ${quantity}`);
        checkPrice(what, reply.body?.items?.find((item: { productId: string }) => item.productId === priced.id)?.unitPrice.amount);
      };
      await ask('add', '/api/cart/add', { body: { sessionId, productId: priced.id, quantity: 1 } });
      for (let quantity = 1; quantity <= 4 && going; quantity++) {
        see(quantity, await ask('add', '/api/cart/add', { body: { sessionId, productId, quantity: 1 } }), 'the change');
        see(quantity, await ask('cart', `/api/cart/${sessionId}`), 'the cart');
      }
      const order = await buyer.order([], { items: undefined, sessionId });
      if (order.status === 201) traffic.orders += 1;
      see(0, await ask('cart', `/api/cart/${sessionId}`), 'the ordered cart');
    }
  };
  const loops = [admin(), idler(), browser(), ...others.slice(0, 3).map(({ id }) => shopper(id))];
  traffic.stop = async () => {
    going = false;
    await Promise.all(loops);
  };
  return traffic;
}

/** Requests count themselves in Redis: so it is seen to be used. */
const usedAgain = () =>
  within(20_000, async () => {
    const address = `192.0.2.${++addresses & 255}`;
    const before = await look.dbsize();
    await call('/api/categories', {}, address);
    return (await look.dbsize()) > before;
  });
const health = async () => (await call('/api/health')).body;
const replied = (traffic: Traffic, more: number) => {
  const from = traffic.replies.length;
  return within(20_000, () => traffic.replies.length >= from + more);
};
const slowest = (replies: Traffic['replies']) => Math.max(...replies.map(({ ms }) => ms));

const ways: [string, { away(): Promise<unknown> | unknown; back(): Promise<unknown> | unknown }][] = [
  ['is killed, and started again empty', { away: () => redis.kill(), back: () => redis.start() }],
  ['hangs, and goes on', { away: () => redis.hang(), back: () => redis.goOn() }],
  ['pauses all clients, and goes on', { away: () => look.call('CLIENT', 'PAUSE', '8000', 'ALL'), back: () => look.ping() }],
];

describe.skipIf(findRedis() === null)('while Redis', () => {
  it.each(ways)('%s, shopping goes on', async (_, { away, back }) => {
    expect(await usedAgain()).toBe(true);
    const traffic = startTraffic();
    await replied(traffic, 200);
    const usual = slowest(traffic.replies.slice(50));
    const before = traffic.replies.length;
    traffic.idle.length = 0;

    await away();
    const twoProbes = within(4_000, () => false); // a second after it opened, and two seconds later
    expect(await replied(traffic, 200)).toBe(true);
    await twoProbes;
    expect(await health()).toMatchObject({
      status: 'degraded',
      dependencies: { postgres: { status: 'healthy' }, redis: { status: 'unhealthy' } },
    });
    const without = traffic.replies.slice(before);
    const noise = usual + Math.max(...traffic.idle);

    await back();
    expect(await usedAgain()).toBe(true);
    await replied(traffic, 200);
    await traffic.stop();
    expect(await health()).toMatchObject({ status: 'healthy', dependencies: { redis: { status: 'healthy' } } });

    expect(traffic.replies.filter(({ status }) => status >= 400).map(({ what, status, text }) => `${what} ${status} ${text}`)).toEqual([]);
    expect(traffic.faults).toEqual([]);
    expect(traffic.orders).toBeGreaterThan(3);
    expect(without.map(({ what }) => what)).toEqual(expect.arrayContaining(['list', 'page', 'cart', 'add', 'order']));
    // One wait for Redis at most; the rest is what a request takes on this machine at this hour.
    expect(slowest(without)).toBeLessThan(timeoutMs + Math.max(300, 2 * noise));
    // And nearly nobody waits: those that were under way, then one probe at a time.
    expect(without.filter(({ ms }) => ms >= timeoutMs + noise).length).toBeLessThanOrEqual(12);
  });

  it('cuts connections, requests take new ones: none goes without it', async () => {
    expect(await usedAgain()).toBe(true);
    const counted = async () => new Set(await look.keys('gone:rate:*'));
    const before = await counted();
    const paths = ['/api/categories', '/api/products?limit=2', '/api/health', `/api/products/${products[1]?.id}`, '/api/search?q=day'];
    for (let round = 0; round < 10; round++) {
      await Promise.all([...paths.map((path) => call(path)), look.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')]);
    }
    expect([...(await counted())].filter((key) => !before.has(key))).toHaveLength(10 * paths.length);
  });

  it('is gone, each process limits the rate for itself', async () => {
    await redis.kill();
    expect(await within(5_000, async () => (await health()).status === 'degraded')).toBe(true);
    const replies: Reply[] = [];
    for (let i = 0; i < perAddress + 5; i++) replies.push(await call('/api/categories?limit=1', {}, '203.0.113.7'));
    expect(replies.map(({ status }) => status)).toEqual([...Array(perAddress).fill(200), 429, 429, 429, 429, 429]);
    expect(Number(replies.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(replies[0]?.headers.get('ratelimit-limit')).toBe(String(perAddress));
    await redis.start();
    expect(await usedAgain()).toBe(true);
  });
});
