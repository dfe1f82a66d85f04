import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchPage, searchRoute } from '#functions/search/lib/contract.ts';
import { readPage } from '#functions/search/lib/page.pg.ts';
import type { ByLevel } from '#functions/search/lib/survey.pg.ts';
import { encodeCursor } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import { signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { conforming } from '#tests/support/walk.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }); // copies would show what was a moment ago
  await shelve(
    'Zony WH-1000XM5',
    'L’Oréalz Elixir',
    'AT&T Zandset',
    'USB-C/HDMI Zadapter',
    'Wi-Fi Zouter',
    'WiFi Zouter',
    'The Who',
    'It',
    'Crème Brûléez',
  );
  await shelve(
    'Zimzambar',
    'Zimzambar Quellpot',
    'Quellpot',
    'Zimzambar Quellpot Jarl',
    'Zebble Knurd',
    'Smørrebrødz',
    'Jack Plugz 3.5mm',
    'Plugz 35mm',
  );
  for (const [said, means] of [
    ['fauteuil', 'chair'],
    ['cell phone', 'smartphone'],
  ])
    await shop.database.query('insert into synonyms (id, said, means, created_at, updated_at) values ($1, $2, $3, now(), now())', [
      newId(),
      said,
      means,
    ]);
  await shop.database.query('insert into words select * from catalog_words() on conflict do nothing');
});
afterAll(() => shop.end());

async function shelve(...names: string[]): Promise<void> {
  await shop.database.query(
    `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at)
       select gen_random_uuid(), 'shelved-' || md5(name), name, 'Plain.', 1000, 10, now(), now() from unnest($1::text[]) name`,
    [names],
  );
}
const search = async (query: string | Record<string, string>): Promise<SearchPage> =>
  conforming(searchRoute, await shop.call(`/api/search?${new URLSearchParams(typeof query === 'string' ? { q: query } : query)}`));
const names = async (query: string | Record<string, string>) => (await search(query)).items.map(({ name }) => name).sort();

it('the catalog’s words are those of each product, category and synonym', async () => {
  const [row] = await shop.database.query(
    `with each as (
       select w.word, w.lexeme from products p, words_in(p.name || ' . ' || shop_tags(p.tags) || ' . ' || left(p.description, 2000)) w where p.archived_at is null
       union select w.* from categories c, words_in(c.name) w
       union select w.* from synonyms s, words_in(s.said || ' . ' || s.means) w),
     counted as (select * from catalog_words())
     select array(select word from each except select word from counted) as missing, array(select word from counted except select word from each) as added,
            (select products from catalog_words() where word = 'quellpot') as quellpots`,
  );
  expect(row).toEqual({ missing: [], added: [], quellpots: 3 });
});

describe('a name is found however it is spelled', () => {
  it.each([
    ['Zony WH-1000XM5', ['wh-1000xm5', 'wh1000xm5', 'WH 1000 XM5', 'WH1000 XM5', 'wh-1000 xm5', 'zony xm5']],
    ['L’Oréalz Elixir', ["l'oréalz", 'L’OREALZ', 'lorealz', 'orealz', 'l orealz']],
    ['AT&T Zandset', ['at&t zandset', 'ATT zandset', 'at t zandset', 'AT&T']],
    ['USB-C/HDMI Zadapter', ['usb-c zadapter', 'usbc zadapter', 'usb c/hdmi zadapter', 'zadapter HDMI', 'usbchdmi']],
    ['Crème Brûléez', ['creme bruleez', 'CRÈME BRÛLÉEZ', 'crème brûléez'.normalize('NFD'), 'brûleez']],
    ['Smørrebrødz', ['smorrebrodz', 'SMØRREBRØDZ']],
    ['The Who', ['the who', '"The Who"']],
    ['It', ['it', 'IT']],
  ])('%s', async (name, spellings) => {
    for (const q of spellings) expect([q, await names({ q, exact: 'true' })]).toEqual([q, [name]]);
  });

  it('joined, apart and with a hyphen alike', async () => {
    for (const q of ['wifi zouter', 'wi-fi zouter', 'Wi Fi zouter']) {
      const { items, searched } = await search(q);
      expect([q, items.map(({ name }) => name).sort(), searched]).toEqual([q, ['Wi-Fi Zouter', 'WiFi Zouter'], { q, changed: false }]);
    }
  });

  it('and 3.5 is not 35', async () => {
    expect(await names('plugz 3.5mm')).toEqual(['Jack Plugz 3.5mm']);
    expect(await names('plugz 35mm')).toEqual(['Plugz 35mm']);
  });
});

describe('words that the catalog does not know', () => {
  it.each(['zimzambr', 'zimzabmar', 'zimzzambar', 'simzambar', 'zimsambar', 'zymzambar', 'imzambar'])('are mended: %s', async (q) => {
    const { items, searched, total } = await search(q);
    expect([items.map(({ name }) => name).sort(), searched, total]).toEqual([
      ['Zimzambar', 'Zimzambar Quellpot', 'Zimzambar Quellpot Jarl'],
      { q: 'zimzambar', changed: true },
      3,
    ]);
  });

  it('are completed if they stand last, and mended elsewhere', async () => {
    expect((await search('quellpot zimza')).searched).toEqual({ q: 'quellpot zimzambar', changed: true });
    expect((await search('zimza')).items.length).toBe(3);
    expect((await search('zimzambr quellpo')).searched).toEqual({ q: 'zimzambar quellpot', changed: true });
  });

  it('are parted, or joined with their neighbour', async () => {
    expect((await search('zimzambarquellpot')).searched).toEqual({ q: 'zimzambar quellpot', changed: true });
    expect((await search('zim zambar')).items.length).toBe(3);
  });

  it('are searched for all the same with exact=true, and nothing stands for them', async () => {
    for (const q of ['zimzambr', 'zimza', 'fauteuil', 'zimzambar knurd'])
      expect(await search({ q, exact: 'true' })).toMatchObject({ total: 0, searched: { q, changed: false } });
  });
});

describe('words that an admin writes', () => {
  const body = (name: string) => ({ name, description: 'Plain.', price: { amount: 100, currency: 'USD' } });

  it('are known at once, of a product, of its change and of a category, and counted by nobody', async () => {
    const admin = await signIn(shop, 'admin');
    const { body: product } = await admin.call('/api/products', { body: body('Wobbelunder') });
    expect((await search('wobelunder')).searched).toEqual({ q: 'wobbelunder', changed: true });
    expect((await admin.call(`/api/products/${product.id}`, { method: 'PUT', body: body('Wobbelunder Krixomat') })).status).toBe(200);
    expect((await search('krixomt')).searched).toEqual({ q: 'krixomat', changed: true });
    await admin.call('/api/categories', { body: { name: 'Flumpelwerk' } });
    const known = await shop.database.query(
      `select word, products from words where word in ('wobbelunder', 'krixomat', 'flumpelwerk') order by word`,
    );
    expect(known).toEqual(['flumpelwerk', 'krixomat', 'wobbelunder'].map((word) => ({ word, products: 1 })));
  });

  it('by many at once, in any order, keep nobody waiting for ever', async () => {
    const admin = await signIn(shop, 'admin');
    const fresh = Array.from({ length: 12 }, (_, i) => `quaxel${String.fromCharCode(97 + i)}`);
    const turned = fresh.map((_, i) => [...fresh.slice(i), ...fresh.slice(0, i)].join(' '));
    const replies = await Promise.all(turned.map((name) => admin.call('/api/products', { body: body(name) })));
    expect(replies.map(({ status }) => status)).toEqual(turned.map(() => 201));
    expect(await shop.database.query(`select from words where word like 'quaxel_'`)).toHaveLength(12);
  });
});

describe('words that stand for others', () => {
  it('synonyms, of one word and of two, mistyped ones too', async () => {
    expect(await names('fauteuil')).toContain('Alder Dining Chair');
    expect(await names('cell phone')).toContain('Folio X Smartphone');
    await shelve('Settlez', 'Divanz');
    const bothWays = 'insert into synonyms (id, said, means, both_ways, created_at, updated_at) values ($1, $2, $3, true, now(), now())';
    await shop.database.query(bothWays, [newId(), 'divanz', 'settlez']);
    for (const q of ['settlez', 'divanz']) expect(await names(q)).toEqual(['Divanz', 'Settlez']);
    expect(await search('fauteil')).toMatchObject({
      searched: { q: 'fauteuil', changed: true },
      total: (await search('fauteuil')).total,
    });
  });

  it('a category, by the name that it has now', async () => {
    const inBooks = await names('stationery');
    expect(inBooks).toEqual(expect.arrayContaining(['The Lighthouse Trilogy', 'Calder Fountain Pen']));
    await shop.database.query(`update categories set name = 'Paper & Wumbles' where slug = 'books'`);
    expect(await names('wumbles')).toEqual(inBooks);
  });
});

describe('several words', () => {
  it('are all found; of three or four all but one, or any, only where nothing has them all', async () => {
    expect(await names('zimzambar quellpot')).toEqual(['Zimzambar Quellpot', 'Zimzambar Quellpot Jarl']);
    expect(await names('zimzambar quellpot knurd')).toEqual(['Zimzambar Quellpot', 'Zimzambar Quellpot Jarl']);
    expect((await search('zimzambar quellpot knurd')).searched).toEqual({ q: 'zimzambar or quellpot or knurd', changed: true });
    expect(await names('jarl knurd')).toEqual(['Zebble Knurd', 'Zimzambar Quellpot Jarl']);
    expect(await names({ q: 'jarl knurd', category: 'nowhere' })).toEqual([]); // what a filter leaves out was found: nothing is relaxed for it
    expect((await search({ q: 'zimzambar quellpot', category: 'nowhere' })).searched.changed).toBe(false);
  });

  it('in quotes stand together, after a minus are left out, and with "or" are found by either', async () => {
    expect(await names('"zimzambar quellpot"')).toEqual(['Zimzambar Quellpot', 'Zimzambar Quellpot Jarl']);
    expect(await names('"quellpot zimzambar"')).toEqual([]);
    expect(await names('quellpot -zimzambar')).toEqual(['Quellpot']);
    expect(await names('quellpot -"quellpot jarl"')).toEqual(['Quellpot', 'Zimzambar Quellpot']);
    expect(await names('knurd OR jarl')).toEqual(['Zebble Knurd', 'Zimzambar Quellpot Jarl']);
  });
});

describe('filters', () => {
  it('of stock and tags leave the facets as they are', async () => {
    await shop.database.query(`update products set tags = array['zred', 'it''s \\ odd'], stock = 0 where name = 'Quellpot'`);
    const { total, facets } = await search('quellpot');
    expect([total, facets.inStock, facets.tags]).toEqual([
      3,
      2,
      [
        { tag: "it's \\ odd", count: 1 },
        { tag: 'zred', count: 1 },
      ],
    ]);
    expect(await search({ q: 'quellpot', inStock: 'true' })).toMatchObject({ total: 2, facets });
    for (const off of ['false', '']) expect(await search({ q: 'quellpot', inStock: off, exact: off })).toMatchObject({ total: 3, facets });
    for (const tag of ['zred', "it's \\ odd"]) {
      const tagged = await search({ q: 'quellpot', tag });
      expect([tagged.items.map(({ name }) => name), tagged.total, tagged.facets]).toEqual([['Quellpot'], 1, facets]);
    }
  });
});

describe('odd questions', () => {
  it.each([
    'ü'.repeat(200), // levenshtein refuses more than 255 bytes
    `${'a-'.repeat(99)}b`,
    Array.from({ length: 45 }, (_, i) => `w${i}`).join(' '),
    '-'.repeat(200),
    '"'.repeat(199),
    'or or or -or "or"',
    `${'(('.repeat(50)}!&|<->:*`,
    '½ ™ ß ŉ ﬁ Ⅷ',
    '0x1f 1e5x 12e -5 +7 3.14.15',
    "http://a.b/c?d=e@f <script> &amp; \\ '",
  ])('are answered: %s', async (q) => {
    expect((await shop.call(`/api/search?${new URLSearchParams({ q })}`)).status).toBe(200);
  });

  it('pass a bounded number of products where a cursor leads into a level that hardly any of very many hits is in', async () => {
    const statements: string[] = [];
    const sql: Sql = (text, values = []) => {
      statements.push(text);
      return shop.database.query(text, [...values]);
    };
    const hits: ByLevel = [0, 0, 300_000]; // of a million: all have the word in their names, and the cursor is of those that have it anywhere else
    const after = { values: [2 ** 32 + 5], id: newId() };
    const search = { tsquery: "'kettl'", filter: {}, sort: 'relevance' as const, after, skip: 0, limit: 21 };
    await readPage(sql, search, { hits, wanted: hits, products: 1_000_000 });
    expect(statements.length).toBe(1);
    expect(statements[0]).toContain('order by p.popularity desc, p.id desc limit 50000');
  });

  it('as are cursors of places that there are not; those of another question are refused', async () => {
    const asked = { q: 'zimzambar', currency: 'USD', inStock: false, exact: false };
    for (const place of [0, -1, 2 ** 50, -(2 ** 52), 9 * 2 ** 32, 2 ** 31]) {
      const cursor = encodeCursor('relevance', { values: [place], id: newId() }, asked);
      expect((await shop.call(`/api/search?${new URLSearchParams({ q: asked.q, cursor })}`)).status).toBe(200);
      expect((await shop.call(`/api/search?${new URLSearchParams({ q: 'zim', cursor })}`)).body.code).toBe('invalid-cursor');
    }
    const odd = encodeCursor('relevance', { values: ['3'], id: newId() }, asked);
    expect((await shop.call(`/api/search?${new URLSearchParams({ q: asked.q, cursor: odd })}`)).status).toBe(400);
  });
});
