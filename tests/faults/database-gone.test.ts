/** PostgreSQL goes away under traffic, in three ways. The gateway and the database are processes of their own. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LocalPostgres, startPostgres } from '#local/services/postgres.ts';
import { within } from '#local/services/processes.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type GatewayProcess, startGatewayProcess } from '#tests/support/gateway-process.ts';
import { problemFaults } from '#tests/support/raw.ts';
import { guest, type Reply } from '#tests/support/shop.ts';
import { migrate } from '../../db/migrate.ts';
import { seedIfEmpty } from '../../db/seed/run.ts';

const until = async (condition: () => boolean | Promise<boolean>, limitMs = 15_000) => {
  const died = () => gateway !== undefined && !gateway.alive();
  const came = await within(limitMs, async () => died() || (await condition()));
  if (!came || died()) throw new Error(died() ? 'The gateway died' : `It never came true: ${condition}`);
};

interface Traffic {
  replies: { status: number; faults: string[]; ms: number }[];
  /** Keys of orders whose 201 came back. */
  accepted: Map<string, string>;
  count(status: number): number;
  stop(): Promise<void>;
}

/** Shoppers who order (with one key until it is accepted), read and fill carts without a pause. */
function startTraffic(gateway: GatewayProcess, products: string[]): Traffic {
  let going = true;
  const replies: Traffic['replies'] = [];
  const accepted = new Map<string, string>();
  const buyer = guest(gateway);
  /** @param isRepeat a key that comes again may hear `in-progress`: the backend of the first try may not have ended yet */
  const note = async (work: () => Promise<Reply>, isRepeat = false): Promise<Reply | undefined> => {
    const began = performance.now();
    const reply = await work().catch((error: Error) => error);
    const ms = performance.now() - began;
    if (reply instanceof Error) {
      replies.push({ status: 0, faults: [String(reply.cause ?? reply)], ms });
      return undefined;
    }
    const { status } = reply;
    const outage = status === 503 && (reply.headers.get('retry-after') ?? '') !== '' && reply.body?.code === 'database-unavailable';
    const underWay = isRepeat && status === 409 && reply.body?.code === 'in-progress';
    const expected = outage || underWay;
    replies.push({ status, faults: expected ? problemFaults(reply) : status < 300 ? [] : [`${status} ${reply.text}`], ms });
    return reply;
  };
  const orders = async (productId: string) => {
    while (going) {
      const key = randomUUID();
      let placed = false;
      for (let tries = 0; !placed; tries++) {
        const reply = await note(() => buyer.order([{ productId, quantity: 1 }], {}, key), tries > 0);
        placed = reply?.status === 201;
        if (placed) accepted.set(key, reply?.body.id);
        else if (!going || !gateway.alive()) return;
      }
    }
  };
  const visits = async (productId: string) => {
    while (going && gateway.alive()) {
      await note(() => gateway.call('/api/products?limit=3'));
      await note(() => gateway.call('/api/cart/add', { body: { productId, quantity: 1 } }));
    }
  };
  const loops = products.flatMap((id) => [orders(id), visits(id)]);
  return {
    replies,
    accepted,
    count: (status) => replies.filter((reply) => reply.status === status).length,
    stop: async () => {
      going = false;
      await Promise.all(loops);
    },
  };
}

/** Every 201 is an order, every key is one order at most, and the stock is what the orders leave. */
async function expectNothingLost(query: TestDatabase['query'], { accepted }: Traffic): Promise<void> {
  const orders = await query<{ id: string }>('select id from orders');
  const ids = new Set(orders.map(({ id }) => id));
  expect([...accepted.values()].filter((id) => !ids.has(id))).toEqual([]);
  expect(new Set(accepted.values()).size).toBe(accepted.size);
  const [sums] = await query(
    `select (select count(*)::integer from orders) as orders, (select count(*)::integer from idempotency_keys) as answers,
            (select count(distinct order_id)::integer from order_items) as with_items,
            (select count(*)::integer from outbox where type = 'order.created.v1') as events,
            (select count(*)::integer from products p where stock <> 1000000 +
               (select coalesce(sum(delta), 0) from stock_movements m where m.product_id = p.id)) as products_off`,
  );
  const { length } = orders;
  expect(sums).toEqual({ orders: length, answers: length, with_items: length, events: length, products_off: 0 });
}

/** A catalog without orders and with more pieces than any traffic takes. */
async function stockUp(query: TestDatabase['query']): Promise<string[]> {
  await query('truncate orders, order_items, order_history, stock_movements, payments, refunds, outbox cascade');
  await query('update products set stock = 1000000');
  const rows = await query<{ id: string }>('select id from products order by id limit 3');
  return rows.map(({ id }) => id);
}

const faultsOf = ({ replies }: Traffic) => [...new Set(replies.flatMap(({ faults }) => faults))];
const slowest = ({ replies }: Traffic) => Math.max(...replies.map(({ ms }) => ms));

let gateway: GatewayProcess | undefined;
afterEach(async () => {
  await gateway?.kill();
});

describe('a database that stops for a while', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-fault-'));
  chmodSync(folder, 0o755);
  let postgres: LocalPostgres;
  const query: TestDatabase['query'] = async <Row extends object>(text: string) => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query(text)).rows as Row[];
    } finally {
      await client.end();
    }
  };
  beforeAll(async () => {
    postgres = await startPostgres({ dataDir: join(folder, 'pg') });
    await migrate(postgres.url);
    await seedIfEmpty(postgres.url);
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives 503 and nothing else meanwhile, serves again by itself, and has every accepted order once', async () => {
    const products = await stockUp(query);
    const url = new URL(postgres.url);
    url.username = 'kelvo_app';
    gateway = await startGatewayProcess(url.href);
    const traffic = startTraffic(gateway, products);
    for (let round = 1; round <= 2; round++) {
      const before = traffic.accepted.size;
      await until(() => traffic.accepted.size > before + 10);
      const refused = traffic.count(503);
      await postgres.stop();
      await until(() => traffic.count(503) > refused + 20);
      const during = traffic.accepted.size;
      postgres = await startPostgres({ dataDir: join(folder, 'pg'), port: postgres.port });
      await until(() => traffic.accepted.size > during + 10, 5_000);
    }
    await traffic.stop();
    expect(faultsOf(traffic)).toEqual([]);
    expect(slowest(traffic)).toBeLessThan(5_000);
    expect(gateway.alive()).toBe(true);
    await expectNothingLost(query, traffic);
  });
});

describe('a database that is there', () => {
  let database: TestDatabase;
  let products: string[];
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.end());

  it('and ends every connection under traffic again and again gets 503 for what was under way, and loses no order', async () => {
    products = await stockUp(database.query);
    gateway = await startGatewayProcess(database.url);
    const traffic = startTraffic(gateway, products);
    for (let round = 1; round <= 10; round++) {
      const before = traffic.accepted.size;
      await until(() => traffic.accepted.size > before + 5);
      await database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kelvo_app' and datname = current_database()`,
      );
    }
    const before = traffic.accepted.size;
    await until(() => traffic.accepted.size > before + 5);
    await traffic.stop();
    expect(faultsOf(traffic)).toEqual([]);
    expect(slowest(traffic)).toBeLessThan(5_000);
    expect(gateway.alive()).toBe(true);
    await expectNothingLost(database.query, traffic);
  });

  it('but holds a row that a statement waits for: 503 at the time limit, and the only connection is replaced', async () => {
    products = await stockUp(database.query);
    const [productId = '', other = ''] = products;
    gateway = await startGatewayProcess(database.url, { DATABASE_POOL_MAX: '1', DATABASE_QUERY_TIMEOUT_MS: '700' });
    const buyer = guest(gateway);
    const key = randomUUID();
    const holder = new pg.Client({ connectionString: database.adminUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from products where id = $1 for update', [productId]);
    const backends = () =>
      database.query<{ pid: number }>(`select pid from pg_stat_activity where usename = 'kelvo_app' and datname = current_database()`);
    await gateway.call('/api/categories');
    const [first] = await backends();

    const began = performance.now();
    const late = await buyer.order([{ productId, quantity: 1 }], {}, key);
    expect(performance.now() - began).toBeLessThan(2_500);
    expect([late.status, late.body.code, late.headers.get('retry-after')]).toEqual([503, 'database-unavailable', '2']);
    expect(problemFaults(late)).toEqual([]);

    // Other work goes on at once, on a connection that is not the stuck one.
    expect((await buyer.order([{ productId: other, quantity: 1 }])).status).toBe(201);
    const now = (await backends()).filter(({ pid }) => pid !== first?.pid);
    expect(now).toHaveLength(1);
    await holder.query('rollback');
    await holder.end();

    // What the stuck statement had begun is undone, and the same key makes the order now.
    let again: Reply | undefined;
    await until(async () => {
      again = await buyer.order([{ productId, quantity: 1 }], {}, key);
      return again.status === 201;
    });
    const [row] = await database.query('select stock, (select count(*)::integer from orders) as orders from products where id = $1', [
      productId,
    ]);
    expect(row).toEqual({ stock: 999_999, orders: 2 });
  });
});
