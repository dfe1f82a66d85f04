/** The faults slow-query and lock-contention as an operator sees them in PostgreSQL, and memory-pressure in the process: what happens, and that it ends. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slowPlan } from '#platform/db/slow-plan.ts';
import { beginFaults } from '#tests/support/faults-on-purpose.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop, stockOf } from '#tests/support/shop.ts';

let shop: Shop;
let admin: Person;
let popular: string;
beforeAll(async () => {
  shop = await startShop({ FAULTS_ALLOWED: 'true' });
  admin = await signIn(shop, 'admin');
  await shop.database.query('create extension if not exists pg_stat_statements');
  const [row] = await shop.database.query<{ id: string }>(
    'update products set stock = 1000 where id = (select id from products where stock > 0 order by popularity desc, id limit 1) returning id',
  );
  popular = row?.id ?? '';
});
afterAll(() => shop.end());

const statementsLike = (text: string) =>
  shop.database.query<{ calls: number; ms: number }>(
    `select calls::int, min_exec_time as ms from pg_stat_statements s join pg_database d on d.oid = s.dbid
      where d.datname = current_database() and s.query like $1 and s.query not ilike 'explain%'`,
    [`%${text}%`],
  );
const planOf = async (statement: string) =>
  (await shop.database.query<Record<'QUERY PLAN', string>>(`explain ${statement}`)).map((row) => row['QUERY PLAN']).join('\n');
const ratings = async () => (await shop.database.query<{ n: number }>('select count(*)::int as n from demo_ratings'))[0]?.n;
/** Sessions that a fault holds. */
const holders = (fault: string) =>
  shop.database.query<{ pid: number; state: string }>(
    'select pid, state from pg_stat_activity where datname = current_database() and application_name = $1',
    [`kelvo-fault ${fault}`],
  );

describe('slow-query', () => {
  const quickPlan = slowPlan.replace('lower(r.product)', 'r.product');

  it('has reads wait for a plan that no index serves, which is slow in pg_stat_statements and in EXPLAIN, answers them as ever, and ends at its deadline', async () => {
    const page = `/api/products/${popular}`;
    const before = await shop.call(page);
    expect(await statementsLike('lower(r.product)')).toEqual([]);

    await beginFaults(admin, { name: 'slow-query', seconds: 60 });
    await expect.poll(ratings).toBe(50_000);
    await expect
      .poll(async () => {
        expect(await shop.call(page)).toMatchObject({ status: 200, text: before.text });
        return (await statementsLike('lower(r.product)'))[0]?.calls ?? 0;
      })
      .toBeGreaterThan(2);
    expect(await planOf(slowPlan)).toContain('Seq Scan on demo_ratings');
    expect(await planOf(quickPlan)).not.toContain('Seq Scan on demo_ratings');
    for (let i = 0; i < 3; i++) await shop.database.query(quickPlan);
    const [[slow], [quick]] = await Promise.all([statementsLike('lower(r.product)'), statementsLike('r where r.product =')]);
    expect(slow?.ms).toBeGreaterThan(10 * (quick?.ms ?? 0));

    await beginFaults(admin, { name: 'slow-query', seconds: 1 });
    await expect.poll(ratings).toBe(0);
    const after = (await statementsLike('lower(r.product)'))[0]?.calls;
    for (let i = 0; i < 3; i++) expect((await shop.call(page)).text).toBe(before.text);
    expect((await statementsLike('lower(r.product)'))[0]?.calls).toBe(after);
  });
});

describe('lock-contention', () => {
  const heldUp = () =>
    shop.database.query<{ wait_event_type: string; holder: string }>(
      `select distinct w.wait_event_type, h.application_name as holder from pg_stat_activity w
         join pg_stat_activity h on h.pid = any(pg_blocking_pids(w.pid))
        where w.datname = current_database() and w.usename = 'kelvo_app'`,
    );

  it('really locks popular products: an order waits for the lock and is placed once, reads go on, and at the deadline the lock is gone', async () => {
    const stock = await stockOf(shop, popular);
    let orders = 0;
    /** What an order that was begun under the lock waits for; undefined when it was placed before anybody looked. */
    const orderUnderLock = async () => {
      await beginFaults(admin, { name: 'lock-contention', seconds: 3 });
      await expect.poll(() => holders('lock-contention')).toMatchObject([{ state: 'idle in transaction' }]);
      const key = randomUUID();
      let placed = false;
      const ordered = guest(shop)
        .order([{ productId: popular, quantity: 1 }], {}, key)
        .finally(() => {
          placed = true;
        });
      let seen: Awaited<ReturnType<typeof heldUp>> = [];
      while (!placed && seen.length === 0) seen = await heldUp();
      expect((await shop.call(`/api/products/${popular}`)).status).toBe(200);
      const { status, body } = await ordered;
      expect(status).toBe(201);
      orders += 1;
      expect((await guest(shop).order([{ productId: popular, quantity: 1 }], {}, key)).body.id).toBe(body.id);
      return seen;
    };
    await expect.poll(orderUnderLock).toEqual([{ wait_event_type: 'Lock', holder: 'kelvo-fault lock-contention' }]);
    await expect.poll(() => holders('lock-contention')).toEqual([]);
    expect(await stockOf(shop, popular)).toBe(stock - orders);
  });
});

describe('memory-pressure', () => {
  const megabytes = (bytes: number) => bytes / 2 ** 20;

  it('really holds memory of the process, and gives it back at its deadline', async () => {
    const before = process.memoryUsage();
    const grown = () => megabytes(process.memoryUsage().rss - before.rss);
    const buffers = () => megabytes(process.memoryUsage().arrayBuffers - before.arrayBuffers);
    await beginFaults(admin, { name: 'memory-pressure', seconds: 60 });
    await expect.poll(async () => (await shop.call('/api/categories')) && grown(), { interval: 20 }).toBeGreaterThan(180);
    await beginFaults(admin, { name: 'memory-pressure', seconds: 1 });
    await expect.poll(buffers).toBeLessThan(50);
    expect(grown()).toBeLessThan(120);
  });
});
