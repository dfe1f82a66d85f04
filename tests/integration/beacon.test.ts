/** What the beacon counts: views of product pages, by product and day, and by hour for the funnel; and nothing about anybody. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxBeaconIds } from '#functions/analytics/lib/contract.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
let shop: Shop;
let ids: string[];
beforeAll(async () => {
  shop = await startShop();
  ids = (await shop.database.query<{ id: string }>('select id from products order by id')).map(({ id }) => id);
});
afterAll(() => shop.end());
beforeEach(async () => {
  await shop.database.query('truncate product_views, funnel_hours');
});

const beacon = (body: object, userAgent = chrome) => shop.call('/api/beacon', { body, headers: { 'user-agent': userAgent } });
const views = (...seen: string[]) => beacon({ kind: 'product-view', ids: seen });
/** Views by product, and all of them by the funnel. */
const counted = async () => {
  const rows = await shop.database.query<{ product_id: string; views: number }>(
    'select product_id, sum(views)::integer as views from product_views group by 1 order by 1',
  );
  const [all] = await shop.database.query<{ views: number }>('select coalesce(sum(views), 0)::integer as views from funnel_hours');
  return { products: Object.fromEntries(rows.map((row) => [row.product_id, row.views])), all: all?.views };
};

describe('a beacon', () => {
  it('counts each view, for the product and for the funnel, and answers nothing', async () => {
    const [a = '', b = ''] = ids;
    const reply = await views(a, b);
    expect([reply.status, reply.text]).toEqual([204, '']);
    await views(a);
    expect(await counted()).toEqual({ products: { [a]: 2, [b]: 1 }, all: 3 });
  });

  it('counts for the day and the hour of UTC', async () => {
    const startOf = (unit: number) => (at: Date) => new Date(Math.floor(at.getTime() / unit) * unit).toISOString();
    const began = new Date();
    await views(ids[0] ?? '');
    const ended = new Date();
    const [row] = await shop.database.query<{ day: Date; hour: Date }>('select v.day, f.hour from product_views v, funnel_hours f');
    expect([began, ended].map(startOf(86_400_000))).toContain(row?.day.toISOString());
    expect([began, ended].map(startOf(3_600_000))).toContain(row?.hour.toISOString());
  });

  it('counts a product once that it names twice, in whichever case', async () => {
    const [a = ''] = ids;
    expect((await views(a, a.toUpperCase(), a)).status).toBe(204);
    expect(await counted()).toEqual({ products: { [a]: 1 }, all: 1 });
  });

  it('leaves out what it does not know, or what is off the shelf, and counts the rest', async () => {
    const [a = '', gone = ''] = ids;
    await shop.database.query('update products set archived_at = now() where id = $1', [gone]);
    expect((await views(randomUUID(), a, gone)).status).toBe(204);
    expect((await views(randomUUID())).status).toBe(204);
    await shop.database.query('update products set archived_at = null where id = $1', [gone]);
    expect(await counted()).toEqual({ products: { [a]: 1 }, all: 1 });
  });

  it('takes fifty ids and no more', async () => {
    const many = Array.from({ length: maxBeaconIds }, () => randomUUID());
    expect((await views(...many.slice(1), ids[0] ?? '')).status).toBe(204);
    expect((await views(...many, ids[0] ?? '')).body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/ids' }] });
    expect((await counted()).all).toBe(1);
  });

  it('takes a product for a product and an ad for an ad', async () => {
    const [ad] = await shop.database.query<{ id: string }>('select id from ads limit 1');
    expect((await beacon({ kind: 'ad-impression', ids: [ids[0]] })).status).toBe(204);
    expect((await beacon({ kind: 'product-view', ids: [ad?.id] })).status).toBe(204);
    expect(await shop.database.query('select 1 from ad_figures')).toEqual([]);
    expect((await beacon({ kind: 'ad-impression', ids: ['no-uuid'] })).status).toBe(400);
    expect(await counted()).toEqual({ products: {}, all: 0 });
  });

  it('counts nothing for robots that say what they are', async () => {
    for (const robot of [
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      'curl/8.5.0',
      chrome.replace('Chrome', 'HeadlessChrome'),
    ])
      expect((await beacon({ kind: 'product-view', ids: [ids[0]] }, robot)).status).toBe(204);
    expect(await counted()).toEqual({ products: {}, all: 0 });
  });

  it('takes a session’s id, and keeps neither it nor anything else of who sent it', async () => {
    const sessionId = randomUUID();
    expect((await beacon({ kind: 'product-view', ids: [ids[0]], sessionId })).status).toBe(204);
    const everything = await shop.database.query<{ text: string }>(
      'select v::text as text from product_views v union all select f::text from funnel_hours f union all select o::text from outbox o',
    );
    expect(everything.length).toBe(2);
    for (const { text } of everything) expect(text).not.toMatch(new RegExp(`${sessionId}|127\\.0\\.0\\.1|Chrome`));
    expect((await beacon({ kind: 'product-view', ids: [ids[0]], sessionId: 'short' })).status).toBe(400);
  });

  it('loses no view when many come at once, in any order of ids', async () => {
    const hot = ids.slice(0, 5);
    const orders = [hot, [...hot].reverse(), [hot[2], hot[0], hot[4]] as string[], [hot[0] as string]];
    const replies = await Promise.all(Array.from({ length: 80 }, (_, i) => views(...(orders[i % orders.length] as string[]))));
    expect(replies.map(({ status }) => status).filter((status) => status !== 204)).toEqual([]);
    const { products, all } = await counted();
    expect(products[hot[0] as string]).toBe(80);
    expect(all).toBe(20 * (5 + 5 + 3 + 1));
  });
});
