/** Ads: which are chosen, that impressions and clicks are counted each once, where they may lead, and how admins look after them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selectChosenAds } from '#functions/ads/lib/chosen-ads.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import { barrier } from '#tests/support/barrier.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const robot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const body = { title: 'Half a metre of snow', text: 'Skis for those who could not wait.', target: '/products?category=sports' };
const now = new Date();
const hour = 3_600_000;
const from = (ms: number) => new Date(now.getTime() + ms).toISOString();

let shop: Shop;
let admin: Person;
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }); // no copies: what an admin changes is seen at once
  admin = await signIn(shop, 'admin');
});
afterAll(() => shop.end());
beforeEach(async () => {
  await shop.database.query('truncate ads, ad_figures, ad_clicks');
});

const made = async (more: object = {}): Promise<{ id: string }> => {
  const reply = await admin.call('/api/admin/ads', { body: { ...body, ...more } });
  expect(reply.status, reply.text).toBe(201);
  return reply.body;
};
const shown = async (query = '') =>
  (await shop.call(`/api/ads${query}`)).body.items as { id: string; title: string; category: string | null }[];
const titles = async (query = '') => (await shown(query)).map(({ title }) => title).sort();
const beacon = (ids: string[], userAgent = chrome) =>
  shop.call('/api/beacon', { body: { kind: 'ad-impression', ids }, headers: { 'user-agent': userAgent } });
const click = (id: string, sent?: object, userAgent = chrome) =>
  shop.call(`/api/ads/${id}/click`, { method: 'POST', ...(sent ? { body: sent } : {}), headers: { 'user-agent': userAgent } });
const report = async (begin = from(-hour), end = from(hour)) =>
  (await admin.call(`/api/admin/ads/report?from=${begin}&to=${end}`)).body.items as { id: string; impressions: number; clicks: number }[];
const counted = async (id: string) => {
  const { impressions = 0, clicks = 0 } = (await report()).find((ad) => ad.id === id) ?? {};
  return { impressions, clicks };
};

describe('the ads that are shown', () => {
  it('are those that run now', async () => {
    await made({ title: 'runs' });
    await made({ title: 'runs and will end', endsAt: from(hour) });
    await made({ title: 'has ended', startsAt: from(-2 * hour), endsAt: from(-hour) });
    await made({ title: 'has not begun', startsAt: from(hour) });
    const { id } = await made({ title: 'is deleted' });
    await admin.call(`/api/admin/ads/${id}`, { method: 'DELETE' });
    expect(await titles()).toEqual(['runs', 'runs and will end']);
  });

  it('are of the category that is asked for, and without one of any', async () => {
    await made({ title: 'toys', category: 'toys' });
    await made({ title: 'sports', category: 'sports' });
    await made({ title: 'all' });
    expect(await shown('?category=toys')).toEqual([expect.objectContaining({ title: 'toys', category: 'toys' })]);
    expect(await titles()).toEqual(['all', 'sports', 'toys']);
    expect(await titles('?category=spaceships')).toEqual([]);
  });

  it('are each there once, as many as are asked for, and tell only what is shown', async () => {
    for (let n = 0; n < 4; n++) await made();
    const three = await shown('?limit=3');
    expect(new Set(three.map(({ id }) => id)).size).toBe(3);
    expect(Object.keys(three[0] ?? {}).sort()).toEqual(['category', 'id', 'imageUrl', 'text', 'title']);
  });

  it('are chosen as often as their weights say, first and second place alike', async () => {
    const weights = [1, 2, 4, 13];
    const ids = weights.map((_, n) => `0192e4a0-7b1c-7def-8a1b-2c3d4e5f607${n}`);
    for (const [n, weight] of weights.entries())
      await shop.database.query(
        `insert into ads (id, title, text, target, weight, starts_at, created_at, updated_at) values ($1, 'x', 'x', '/', $2, $3, $3, $3)`,
        [ids[n], weight, new Date(now.getTime() - hour)],
      );
    const sql: Sql = (text, values = []) => shop.database.query(text, [...values]);
    const draws = 2_000;
    const seeds = Array.from({ length: draws }, (_, n) => 178_000_000 + n); // ten-second steps of 2026
    const choice = { category: undefined, limit: 2, now };
    const pairs = await Promise.all(seeds.map((seed) => selectChosenAds(sql, { ...choice, seed })));
    const sum = weights.reduce((a, b) => a + b);
    const share = (n: number) => (weights[n] as number) / sum;
    // Second of two: after each of the others was first, by its weight among those that are left.
    const second = (n: number) =>
      weights.reduce((total, _, first) => (first === n ? total : total + (share(first) * share(n)) / (1 - share(first))), 0);
    for (const [place, expected] of [share, second].entries()) {
      const times = ids.map((id) => pairs.filter((pair) => pair[place]?.id === id).length);
      const chiSquare = times.reduce((total, seen, n) => total + (seen - draws * expected(n)) ** 2 / (draws * expected(n)), 0);
      expect(chiSquare, `place ${place}: ${times}`).toBeLessThan(16.3); // of three degrees of freedom: passed by chance once in a thousand, and the seeds are fixed
    }
    const again = await selectChosenAds(sql, { ...choice, seed: seeds[7] as number });
    expect(again).toEqual(pairs[7]);
  });
});

describe('an impression', () => {
  it('is counted for each ad that a beacon names, once', async () => {
    const [a, b] = [await made(), await made()];
    expect((await beacon([a.id, b.id, a.id.toUpperCase()])).status).toBe(204);
    await beacon([a.id]);
    expect([await counted(a.id), await counted(b.id)]).toEqual([
      { impressions: 2, clicks: 0 },
      { impressions: 1, clicks: 0 },
    ]);
  });

  it('of an unknown or deleted ad, and of a robot, is answered and not counted', async () => {
    const [a, gone] = [await made(), await made()];
    await admin.call(`/api/admin/ads/${gone.id}`, { method: 'DELETE' });
    expect((await beacon([randomUUID(), gone.id, a.id])).status).toBe(204);
    expect((await beacon([a.id], robot)).status).toBe(204);
    expect(await report()).toEqual([expect.objectContaining({ id: a.id, impressions: 1 })]);
  });

  it('is not lost when many come at once, in any order of ids', async () => {
    const ads = [await made(), await made(), await made()].map(({ id }) => id);
    const replies = await Promise.all(Array.from({ length: 60 }, (_, n) => beacon(n % 2 === 0 ? ads : [...ads].reverse())));
    expect(replies.filter(({ status }) => status !== 204)).toEqual([]);
    for (const id of ads) expect(await counted(id)).toEqual({ impressions: 60, clicks: 0 });
  });
});

describe('a click', () => {
  it('is counted and answered with where the ad leads, with a body or without', async () => {
    const { id } = await made();
    for (const sent of [undefined, {}, { showingId: randomUUID() }]) {
      const reply = await click(id, sent);
      expect([reply.status, reply.body]).toEqual([200, { target: body.target }]);
    }
    expect(await counted(id)).toEqual({ impressions: 0, clicks: 3 });
  });

  it('is not lost when many come at once, and none is doubled', async () => {
    const { id } = await made();
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, n) => click(id, n % 3 === 0 ? undefined : { showingId: randomUUID() })),
    );
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await counted(id)).toEqual({ impressions: 0, clicks: 60 });
  });

  it('of a showing counts once, however often it is sent, and also when all come at once', async () => {
    const { id } = await made();
    const showingId = randomUUID();
    const replies = await Promise.all(Array.from({ length: 20 }, () => click(id, { showingId })));
    expect(replies.map(({ body: { target } }) => target)).toEqual(Array.from({ length: 20 }, () => body.target));
    await click(id, { showingId: showingId.toUpperCase() });
    expect((await counted(id)).clicks).toBe(1);
  });

  it('that fails in the middle is not noted, so that the next of the same showing counts', async () => {
    const { id } = await made();
    const showingId = randomUUID();
    await shop.database.query('alter table ad_figures add constraint sabotage check (clicks = 0) not valid');
    try {
      expect((await click(id, { showingId })).status).toBe(500);
    } finally {
      await shop.database.query('alter table ad_figures drop constraint sabotage');
    }
    expect((await click(id, { showingId })).status).toBe(200);
    expect((await counted(id)).clicks).toBe(1);
  });

  it('waits for the first of its showing: that one gone wrong, it counts itself', async () => {
    const { id } = await made();
    const showingId = randomUUID();
    const held = await barrier(shop.database, 'ad_figures', 'insert');
    const first = click(id, { showingId });
    await held.reached();
    const second = click(id, { showingId });
    await shop.database.query(
      `select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'kelvo_app' and wait_event = 'advisory'`,
    );
    expect((await first).status).toBeGreaterThanOrEqual(500);
    await held.lift();
    expect((await second).status).toBe(200);
    expect((await counted(id)).clicks).toBe(1);
  });

  it('by a robot is answered and not counted; on an unknown or deleted ad it leads nowhere', async () => {
    const { id } = await made();
    expect((await click(id, undefined, robot)).body).toEqual({ target: body.target });
    expect((await click(randomUUID())).body).toMatchObject({ status: 404, code: 'ad-not-found' });
    await admin.call(`/api/admin/ads/${id}`, { method: 'DELETE' });
    expect((await click(id)).body).toMatchObject({ status: 404, code: 'ad-not-found' });
    expect(await report()).toEqual([]);
  });

  it('goes where the ad says, whatever else is sent', async () => {
    const { id } = await made();
    for (const evil of ['https://evil.example/', '//evil.example', 'javascript:alert(1)']) {
      const where = encodeURIComponent(evil);
      for (const path of [`?target=${where}`, `?url=${where}`]) {
        const reply = await shop.call(`/api/ads/${id}/click${path}`, { method: 'POST' });
        expect(reply.text).not.toContain('evil.example');
        expect(reply.status).toBe(400);
      }
      expect((await click(id, { target: evil })).status).toBe(400);
      const headers = { 'user-agent': chrome, referer: evil, 'x-forwarded-host': 'evil.example', 'x-original-url': evil };
      const reply = await shop.call(`/api/ads/${id}/click`, { method: 'POST', headers });
      expect([reply.body, reply.headers.get('location')]).toEqual([{ target: body.target }, null]);
    }
  });
});

describe('the report', () => {
  it('adds up the days of UTC that a time touches, the most seen first, also of deleted ads', async () => {
    const [much, little, clicked] = [await made({ title: 'much' }), await made({ title: 'little' }), await made({ title: 'clicked' })];
    for (const [day, id, slot, impressions, clicks] of [
      ['2026-10-01Z', much.id, 0, 100, 0],
      ['2026-10-02Z', much.id, 1, 200, 1],
      ['2026-10-02Z', much.id, 15, 100, 2],
      ['2026-10-02Z', little.id, 3, 3, 1],
      ['2026-10-03Z', clicked.id, 3, 0, 2],
      ['2026-10-04Z', much.id, 3, 1, 1],
    ])
      await shop.database.query('insert into ad_figures (day, ad_id, slot, impressions, clicks) values ($1, $2, $3, $4, $5)', [
        day,
        id,
        slot,
        impressions,
        clicks,
      ]);
    await admin.call(`/api/admin/ads/${little.id}`, { method: 'DELETE' });
    expect(await report('2026-10-02T12:00:00Z', '2026-10-03T00:00:01Z')).toEqual([
      { id: much.id, title: 'much', impressions: 300, clicks: 3, clickThrough: 0.01 },
      { id: little.id, title: 'little', impressions: 3, clicks: 1, clickThrough: 0.3333 },
      { id: clicked.id, title: 'clicked', impressions: 0, clicks: 2, clickThrough: null },
    ]);
    expect(await report('2026-09-01T00:00:00Z', '2026-10-01T00:00:00Z')).toEqual([]);
  });

  it('is asked for a leap year at most', async () => {
    const refused = await admin.call('/api/admin/ads/report?from=2024-01-01T00:00:00Z&to=2025-01-01T00:00:00.001Z');
    expect(refused.body).toMatchObject({ status: 400, errors: [{ pointer: '/query/to' }] });
  });
});

describe('an admin', () => {
  const stored = async (id: string) => (await admin.call(`/api/admin/ads/${id}`)).body;

  it('adds, changes and deletes an ad, and the audit log says what it was before and after', async () => {
    const before = await made({ category: 'sports', weight: 7, endsAt: from(hour), imageUrl: '/offers/snowy-mountain.webp' });
    const changes = { ...body, title: 'A metre', category: null, endsAt: null };
    const reply = await admin.call(`/api/admin/ads/${before.id}`, { method: 'PUT', body: changes });
    const after = { ...before, title: 'A metre', category: null, endsAt: null, updatedAt: reply.body.updatedAt };
    expect([reply.status, reply.body]).toEqual([200, after]);
    expect(await stored(before.id)).toEqual(after);
    expect((await admin.call(`/api/admin/ads/${before.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await stored(before.id)).code).toBe('ad-not-found');
    const log = await shop.database.query('select action, detail from audit_log where subject = $1 order by at, id', [`ad:${before.id}`]);
    expect(log).toEqual([
      { action: 'ad.created', detail: { before: null, after: before } },
      { action: 'ad.updated', detail: { before, after } },
      { action: 'ad.archived', detail: { before: after, after: null } },
    ]);
  });

  it('finds ads page by page, the newest first, without the deleted ones', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await made()).id);
    await admin.call(`/api/admin/ads/${ids[1]}`, { method: 'DELETE' });
    const first = (await admin.call('/api/admin/ads?limit=3')).body;
    const rest = (await admin.call(`/api/admin/ads?limit=3&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual([ids[0], ids[2], ids[3], ids[4]]);
    expect(rest.nextCursor).toBeNull();
  });

  it.each([
    ['a weight of nothing', { weight: 0 }, 400, '/weight'],
    ['a weight beyond a thousand', { weight: 1_001 }, 400, '/weight'],
    ['half a weight', { weight: 1.5 }, 400, '/weight'],
    ['an end at its beginning', { startsAt: '2026-11-27T01:00:00+01:00', endsAt: '2026-11-27T00:00:00Z' }, 400, '/endsAt'],
    ['an end in the past, without a beginning', { endsAt: '2026-01-01T00:00:00Z' }, 400, '/endsAt'],
    ['a beginning without an offset', { startsAt: '2026-11-27T00:00:00' }, 400, '/startsAt'],
    ['a beginning before there were shops', { startsAt: '0000-01-01T00:00:00Z' }, 400, '/startsAt'],
    ['an end that only its offset puts out of all calendars', { endsAt: '9999-12-31T23:59:59-12:00' }, 400, '/endsAt'],
    ['a category that there is not', { category: 'spaceships' }, 422, '/category'],
    ['a picture of another scheme', { imageUrl: 'http://example.com/a.png' }, 400, '/imageUrl'],
    ['a title of blanks', { title: '\u200b ' }, 400, '/title'],
  ])('is refused %s, of a new ad and of one that there is', async (_, fault, status, pointer) => {
    const { id } = await made();
    const before = await stored(id);
    for (const [method, path] of [
      ['POST', '/api/admin/ads'],
      ['PUT', `/api/admin/ads/${id}`],
    ] as const) {
      const reply = await admin.call(path, { method, body: { ...body, ...fault } });
      expect(reply.body, method).toMatchObject({ status, errors: [{ pointer }] });
    }
    expect(await shop.database.query('select 1 from ads')).toHaveLength(1);
    expect(await stored(id)).toEqual(before);
  });

  it('keeps an ad whose category is deleted, for where none is asked for', async () => {
    const category = (await admin.call('/api/categories', { body: { name: `Short-lived ${randomUUID()}` } })).body;
    const { id } = await made({ category: category.slug });
    expect((await admin.call(`/api/categories/${category.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await stored(id)).category).toBeNull();
    expect(await titles(`?category=${category.slug}`)).toEqual([]);
    expect(await titles()).toEqual([body.title]);
  });
});
