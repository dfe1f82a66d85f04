/** After a restore to an instant the database knows less than the world outside: what was handled, told and counted since is brought together again. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskCall } from '#functions/ops/lib/tasks.ts';
import { newId } from '#platform/ids.ts';
import { order, stockUp } from '#tests/support/effects.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { afterRestore } from '../../db/after-restore.ts';

let shop: Shop;
let productId: string;
beforeAll(async () => {
  shop = await startShop({}, { pumps: true });
  productId = await stockUp(shop.database);
});
afterAll(() => shop.end());

const restored = (told: string[] = []) => afterRestore(shop.database.adminUrl, { to: new Date(), told, hours: 1 });
const eventsOf = async (orderId: string) =>
  shop.database.query<{ id: string; type: string }>("select id, type from outbox where event->>'subject' = $1 order by created_at", [
    orderId,
  ]);
const count = async (text: string, values: unknown[]) =>
  (await shop.database.query<{ count: number }>(`select count(*)::integer as count from ${text}`, values))[0]?.count;
const totals = () =>
  shop.database.query(
    'select step, start, currency, placed, paid, buyers, revenue, refunded from sales_totals order by step, start, currency',
  );

describe('After a restore', () => {
  it('what a consumer handled since, and has no trace of, is handled again, and what it has a trace of is not', async () => {
    const [lost, kept] = [await order(shop, productId, 'placed'), await order(shop, productId, 'placed')];
    await shop.pumps.settled();
    const [event] = await eventsOf(lost);
    await shop.database.query('delete from inbox where event_id = $1', [event?.id]);
    await shop.database.query('delete from notifications where order_id = $1', [lost]);
    const call: TaskCall = { task: 'after-restore', input: { to: new Date().toISOString(), told: [], hours: 1 } };
    const asAdmin = async () => {
      const client = new pg.Client({ connectionString: shop.database.adminUrl });
      await client.connect();
      return client;
    };
    const { runTask } = await import('#functions/ops/lib/run-task.pg.ts');
    const { outcome, said } = await runTask(asAdmin, call, { folder: '', now: new Date() });
    expect([outcome, said]).toEqual(['done', expect.stringMatching(/^[1-9]\d* events are sent again, 0 of them/)]);
    expect(await count("audit_log where action = 'task.after-restore'", [])).toBe(1);
    await shop.pumps.settled();
    expect([await count('notifications where order_id = $1', [lost]), await count('notifications where order_id = $1', [kept])]).toEqual([
      1, 1,
    ]);
  });

  it('nobody is told again whom the log knows as told, whether the database has lost it all or the note that it was sent', async () => {
    const [gone, written] = [await order(shop, productId, 'placed'), await order(shop, productId, 'placed')];
    await shop.pumps.settled();
    const [[first], [second]] = [await eventsOf(gone), await eventsOf(written)];
    await shop.database.query('delete from inbox where event_id = $1', [first?.id]);
    await shop.database.query('delete from notifications where order_id = $1', [gone]);
    await shop.database.query("update notifications set status = 'pending', sent_at = null, tries = 0 where order_id = $1", [written]);
    const { toldBefore } = await restored([first?.id ?? '', second?.id ?? '', newId()]);
    expect(toldBefore).toBe(1);
    await shop.pumps.settled();
    expect(await count('notifications where order_id = $1', [gone])).toBe(0);
    expect(await shop.database.query('select status, tries from notifications where order_id = $1', [written])).toEqual([
      { status: 'sent', tries: 0 },
    ]);
  });

  it('sales of orders that are lost are forgotten, their totals are of what is left, and the same again changes nothing', async () => {
    const paid = await order(shop, productId, 'paid');
    await order(shop, productId, 'refunded');
    await shop.pumps.settled();
    const before = await totals();
    await shop.database.query(
      `insert into sales_facts (event_id, kind, at, order_id, currency, amount, buyer)
         select gen_random_uuid(), kind, at, order_id, currency, amount, buyer from sales_facts where order_id = $1`,
      [paid],
    );
    await shop.database.query(
      `update sales_totals set placed = placed + 1, paid = paid + 1, revenue = revenue * 2, buyers = buyers + 1
        where exists (select from sales_facts f where f.order_id = $1 and date_trunc(step, f.at, 'UTC') = start)`,
      [paid],
    );
    await shop.database.query(
      `insert into sales_facts (event_id, kind, at, order_id, currency, amount) values (gen_random_uuid(), 'placed', now(), $1, 'GBP', 900)`,
      [newId()],
    );
    await shop.database.query(
      `insert into sales_totals (step, start, currency, placed, paid, buyers, revenue, refunded) select 'minute', date_trunc('minute', now(), 'UTC'), 'GBP', 1, 0, 0, 0, 0`,
    );
    expect((await restored()).lostSales).toBe(3);
    expect(await totals()).toEqual(before);
    expect((await restored()).lostSales).toBe(0);
    await shop.pumps.settled();
    expect(await totals()).toEqual(before);
  });
});
