import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Suggestions, searchRoute, suggestSearchRoute } from '#functions/search/lib/contract.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { conforming } from '#tests/support/walk.ts';
import { products as seeded } from '../../db/seed/catalog.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }); // copies would show what was a moment ago
});
afterAll(() => shop.end());

const suggest = async (q: string, query: Record<string, string> = {}): Promise<Suggestions> =>
  conforming(suggestSearchRoute, await shop.call(`/api/search/suggest?${new URLSearchParams({ q, ...query })}`));
const slugs = ({ products }: Suggestions) => products.map(({ slug }) => slug);

interface Entry {
  slug: string;
  name: string;
  tags?: string[];
  popularity?: number;
}
async function shelve(...entries: Entry[]): Promise<void> {
  for (const { slug, name, tags = [], popularity = 0 } of entries) {
    await shop.database.query(
      `insert into products (id, slug, name, description, tags, price_amount, stock, popularity, created_at, updated_at)
         values (gen_random_uuid(), $1, $2, 'Plain.', $3, 1000, 10, $4, now(), now())`,
      [slug, name, tags, popularity],
    );
  }
  await shop.database.query(
    `insert into words (word, lexeme) select w.* from products, words_in(name || ' . ' || shop_tags(tags)) w
      where slug = any($1) on conflict do nothing`,
    [entries.map(({ slug }) => slug)],
  );
}

describe('what is typed so far', () => {
  it('is completed, and leads to products with their pictures and prices', async () => {
    const found = await suggest('wireless hea');
    const { body: product } = await shop.call(`/api/products/${found.products[0]?.id}`);
    const { id, slug, name, imageUrl, price } = product;
    expect(found).toEqual({ queries: ['wireless headphones'], products: [{ id, slug, name, imageUrl, price }], categories: [] });
    expect(slug).toBe('nimbus-wireless-headphones');
    const yen = await suggest('wireless hea', { currency: 'JPY' });
    expect(yen.products[0]?.price).toEqual((await shop.call(`/api/products/${id}?currency=JPY`)).body.price);
  });

  it('names categories, and what is in none as well', async () => {
    expect((await suggest('kitch')).categories).toEqual([{ slug: 'kitchen', name: 'Kitchen' }]);
    expect(await suggest('qqqq')).toEqual({ queries: [], products: [], categories: [] });
  });

  it('offers a product for its name, from the third letter of its last word on', async () => {
    const missed: string[] = [];
    for (const { slug, name } of seeded) {
      expect([name, slugs(await suggest(name))[0]]).toEqual([name, slug]);
      const last = name.split(' ').at(-1) ?? '';
      for (const letters of [3, last.length - 1]) {
        const typed = name.slice(0, name.length - last.length + letters);
        if (!slugs(await suggest(typed)).includes(slug)) missed.push(typed);
      }
    }
    expect(missed).toEqual([]);
  });

  it('proposes only searches that find something', async () => {
    const starts = new Set(
      seeded.flatMap(({ name, tags }) => [name, ...tags].flatMap((text) => text.split(/[ -]/).map((word) => word.slice(0, 2)))),
    );
    const proposed = new Set<string>();
    for (const start of starts) for (const query of (await suggest(start, { limit: '4' })).queries) proposed.add(query);
    expect(proposed.size).toBeGreaterThan(100);
    const empty: string[] = [];
    for (const q of proposed) {
      const { total } = conforming(searchRoute, await shop.call(`/api/search?${new URLSearchParams({ q, exact: 'true', limit: '1' })}`));
      if (total === 0) empty.push(q);
    }
    expect(empty).toEqual([]);
  });

  it('finds names first, the most popular of them before the others, then tags', async () => {
    await shelve(
      { slug: 'order-tag', name: 'Something', tags: ['vorplex'], popularity: 900 },
      { slug: 'order-less', name: 'Vorplex', popularity: 1 },
      { slug: 'order-most', name: 'A fine vorplexing', popularity: 800 },
      { slug: 'order-gone', name: 'Vorplex', popularity: 1_000 },
    );
    await shop.database.query(`update products set archived_at = now() where slug = 'order-gone'`);
    expect(slugs(await suggest('vorp'))).toEqual(['order-most', 'order-less', 'order-tag']);
    expect(slugs(await suggest('vorp', { limit: '1' }))).toEqual(['order-most']);
  });

  it('is found by its stem, without its accents, and by parts of a model number', async () => {
    await shelve(
      { slug: 'stem', name: 'Grumbling machine' },
      { slug: 'accent', name: 'Crème Brûlée Tørch' },
      { slug: 'model', name: 'Zentrix WH-1000XM5' },
    );
    for (const [text, slug] of [
      ['grumblin', 'stem'],
      ['grumbles', 'stem'],
      ['creme bru', 'accent'],
      ['Crème', 'accent'],
      ['torc', 'accent'],
      ['wh-10', 'model'],
      ['wh1000', 'model'],
      ['zentrix wh 1000', 'model'],
    ] as const)
      expect([text, slugs(await suggest(text))]).toEqual([text, expect.arrayContaining([slug])]);
    expect((await suggest('crem')).queries).toContain('crème');
  });

  it('offers no more of each kind than asked for', async () => {
    for (const limit of [1, 3, 10]) {
      const { queries, products, categories } = await suggest('s', { limit: String(limit) });
      expect([queries.length, products.length, categories.length <= limit]).toEqual([limit, limit, true]);
    }
    expect((await suggest('s')).products).toHaveLength(6);
  });
});

describe('a mistyped word', () => {
  it.each([
    ['hedph', 'headphones', 'nimbus-wireless-headphones'],
    ['haedpho', 'headphones', 'nimbus-wireless-headphones'],
    ['headphnoes', 'headphones', 'nimbus-wireless-headphones'],
    ['wirless hea', 'wireless headphones', 'nimbus-wireless-headphones'],
    ['teepot', 'teapot', 'rosehip-teapot'],
    ['kwarry', 'quarry', 'quarry-stoneware-mug'],
  ])('is forgiven: %s', async (typed, query, slug) => {
    const found = await suggest(typed);
    expect([found.queries, slugs(found)]).toEqual([expect.arrayContaining([query]), expect.arrayContaining([slug])]);
  });

  it('is not mended while there is something that begins so', async () => {
    await shelve({ slug: 'close', name: 'Hedphlo' });
    const found = await suggest('hedph');
    expect([found.queries, slugs(found)]).toEqual([['hedphlo'], ['close']]);
  });

  it('of three letters or fewer is not guessed at', async () => {
    expect(await suggest('qza')).toEqual({ queries: [], products: [], categories: [] });
  });
});

describe('what is less popular than thousands of others', () => {
  beforeAll(async () => {
    await shop.database.query(
      `insert into products (id, slug, name, description, price_amount, stock, popularity, created_at, updated_at)
         select gen_random_uuid(), 'crowd-' || n, 'Crowdling ' || n, 'Plain.', 1000, 10, 5000, now(), now() from generate_series(1, 2100) n`,
    );
    await shelve({ slug: 'rare-name', name: 'Rarissima' }, { slug: 'rare-tag', name: 'Else', tags: ['rarissima'] });
  });

  it('is found by the index of words, names before tags', async () => {
    expect(slugs(await suggest('rariss'))).toEqual(['rare-name', 'rare-tag']);
    expect(slugs(await suggest('rarisima'))).toEqual(['rare-name', 'rare-tag']);
  });
});

describe('any text', () => {
  it('without a letter or digit is refused, or has nothing', async () => {
    for (const q of ['', ' ', '\u200b', '\u2800'])
      expect([q, (await shop.call(`/api/search/suggest?${new URLSearchParams({ q })}`)).status]).toEqual([q, 400]);
    for (const q of ['!', '"', "'", '\\', '-', '&|!:*', '%', '_', '\uff9e', '\uff9e\uff9f'])
      expect([q, await suggest(q)]).toEqual([q, { queries: [], products: [], categories: [] }]);
  });

  it('is answered', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...`"'()&|!:*<>-\\%_ aeصß日𝒳́\t`), minLength: 1, maxLength: 60 }),
      fc.constantFrom('x'.repeat(200), 'category', 'tag', 'tag kitchen', '日'.repeat(200), 'a '.repeat(100), "o'o'o'o'o'o"),
    );
    await fc.assert(
      fc.asyncProperty(text, async (q) => {
        const { status } = await shop.call(`/api/search/suggest?${new URLSearchParams({ q })}`);
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 60 },
    );
  });

  it('cannot name the marks by which filters are looked up', async () => {
    for (const q of ['category', 'tag']) expect([q, slugs(await suggest(q))]).toEqual([q, []]);
  });
});
