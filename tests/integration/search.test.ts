import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { priceIn } from '#functions/currency/lib/convert.ts';
import { type SearchPage, searchProductsRoute, searchRoute } from '#functions/search/lib/contract.ts';
import { fixed } from '#tests/support/exchanges.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { conforming, walk } from '#tests/support/walk.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }); // copies would show what was a moment ago
});
afterAll(() => shop.end());

interface Entry {
  slug: string;
  name: string;
  description?: string;
  category?: string;
  price?: number;
  stock?: number;
  tags?: string[];
  popularity?: number;
}
async function shelve(...entries: Entry[]): Promise<void> {
  for (const {
    slug,
    name,
    description = 'Plain.',
    category = 'kitchen',
    price = 1_000,
    stock = 10,
    tags = [],
    popularity = 0,
  } of entries) {
    await shop.database.query(
      `insert into products (id, slug, name, description, category_id, price_amount, stock, tags, popularity, created_at, updated_at)
         values (gen_random_uuid(), $1, $2, $3, (select id from categories where slug = $4), $5, $6, $7, $8, now(), now())`,
      [slug, name, description, category, price, stock, tags, popularity],
    );
  }
}
const search = async (query: Record<string, string>): Promise<SearchPage> =>
  conforming(searchRoute, await shop.call(`/api/search?${new URLSearchParams(query)}`));
const slugs = (items: { slug: string }[]) => items.map(({ slug }) => slug);

describe('a search', () => {
  it('ranks a word in a name above tags, and those above any number of them in a description; equals by popularity', async () => {
    await shelve(
      { slug: 'rank-often', name: 'Something', description: 'Quibblex quibblex quibblex, quibblex and quibblex. Quibblex!' },
      { slug: 'rank-name', name: 'Quibblex', description: 'A thing.' },
      {
        slug: 'rank-once',
        name: 'Another',
        description: 'Not without a quibblex, and many words besides that say nothing of it.',
        popularity: 7,
      },
      { slug: 'rank-tag', name: 'Tagged', tags: ['quibblex'] },
    );
    expect(slugs((await search({ q: 'quibblex' })).items)).toEqual(['rank-name', 'rank-tag', 'rank-once', 'rank-often']);
  });

  it('finds words by their stem, in either case, all of them or either, and leaves some out', async () => {
    await shelve(
      { slug: 'stem-1', name: 'Grommeting machines' },
      { slug: 'stem-2', name: 'Grommet', description: 'Brass zimzum.' },
      { slug: 'stem-3', name: 'Zimzum' },
    );
    expect(slugs((await search({ q: 'GROMMETS', sort: 'name' })).items)).toEqual(['stem-2', 'stem-1']);
    expect(slugs((await search({ q: 'grommet zimzum' })).items)).toEqual(['stem-2']);
    expect(slugs((await search({ q: 'machine or zimzum', category: 'kitchen', sort: 'name', maxPrice: '1000' })).items)).toEqual([
      'stem-2',
      'stem-1',
      'stem-3',
    ]);
    expect(slugs((await search({ q: 'grommet -zimzum' })).items)).toEqual(['stem-1']);
  });

  it('is the same at both its addresses', async () => {
    const query = 'q=day&limit=5&currency=EUR';
    const [one, other] = [await shop.call(`/api/search?${query}`), await shop.call(`/api/products/search?${query}`)];
    expect(one.text).toBe(other.text);
    expect(conforming(searchProductsRoute, other).items.length).toBeGreaterThan(0);
  });

  it('counts its hits by category before the filter, and in all after it', async () => {
    await shelve(
      ...[1, 2, 3].map((n) => ({ slug: `facet-k${n}`, name: 'Fribblet', category: 'kitchen', price: 1_000 * n })),
      ...[1, 2].map((n) => ({ slug: `facet-b${n}`, name: 'Fribblet', category: 'books', price: 10_000 * n })),
      { slug: 'facet-gone', name: 'Fribblet', category: 'toys', price: 1 },
    );
    await shop.database.query(`update products set archived_at = now() where slug = 'facet-gone'`);
    const whole = await search({ q: 'fribblet' });
    const facets = {
      categories: [
        { slug: 'kitchen', name: 'Kitchen', count: 3 },
        { slug: 'books', name: 'Books & Stationery', count: 2 },
      ],
      price: { min: { amount: 1_000, currency: 'USD' }, max: { amount: 20_000, currency: 'USD' } },
      tags: [],
      inStock: 5,
    };
    expect([whole.total, whole.items.length, whole.facets]).toEqual([5, 5, facets]);
    const narrowed = await search({ q: 'fribblet', category: 'books', maxPrice: '15000' });
    expect([slugs(narrowed.items), narrowed.total, narrowed.facets]).toEqual([['facet-b1'], 1, facets]);
    const page = await search({ q: 'fribblet', limit: '2' });
    expect([page.items.length, page.total]).toEqual([2, 5]);
    const yen = await search({ q: 'fribblet', currency: 'JPY' });
    const inYen = (amount: number) => priceIn(amount, fixed('JPY'));
    expect(yen.facets.price).toEqual({ min: inYen(1_000), max: inYen(20_000) });
  });

  it('shows categories with equally many hits by slug', async () => {
    await shop.database.query(`insert into categories (id, slug, name, description)
      values (gen_random_uuid(), 'tie-1', 'Zwieback', ''), (gen_random_uuid(), 'tie-2', 'Almonds', '')`);
    await shelve(...['tie-2', 'tie-1'].map((category) => ({ slug: `in-${category}`, name: 'Equalx', category })));
    const { facets } = await search({ q: 'equalx' });
    expect(facets.categories.map(({ slug }: { slug: string }) => slug)).toEqual(['tie-1', 'tie-2']);
  });

  it('in a category that there is not finds nothing, and still tells where there is something', async () => {
    await shelve({ slug: 'lonely', name: 'Snorkeling lonelyx', category: 'outdoors' });
    expect(await search({ q: 'lonelyx', category: 'nowhere' })).toMatchObject({
      items: [],
      nextCursor: null,
      total: 0,
      facets: { categories: [{ slug: 'outdoors', count: 1 }] },
    });
  });

  it('for nothing that there is finds nothing', async () => {
    for (const q of ['xyzzyplugh', 'of', '"', '-kettle', '-"a b"', '-', '!!!', 'or', '日本', '<b>']) {
      const found = await search({ q });
      const facets = { categories: [], tags: [], price: null, inStock: 0 };
      const nothing = { items: [], nextCursor: null, total: 0, approximate: false, searched: { q, changed: false }, facets };
      expect([q, found]).toEqual([q, nothing]);
    }
  });

  it('leaves out what has a phrase, and not what has its words apart', async () => {
    await shelve(
      { slug: 'apart', name: 'Vozquorp', description: 'Brindle, then a snark.' },
      { slug: 'beside', name: 'Vozquorp', description: 'A brindle snark.' },
    );
    expect(slugs((await search({ q: 'vozquorp -"brindle snark"' })).items)).toEqual(['apart']);
    expect(slugs((await search({ q: 'vozquorp "brindle snark"' })).items)).toEqual(['beside']);
  });

  it('takes any text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...`"'()&|!:*<>-\\ abор\t`), maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (q) => {
        const { status } = await shop.call(`/api/search?${new URLSearchParams({ q, limit: '1' })}`);
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 150 },
    );
  });
});

describe('highlights', () => {
  it('mark the words, and escape all else', async () => {
    await shelve({
      slug: 'evil',
      name: '<script>alert(1)</script> Wumpet & "co" <mark>x</mark>',
      description: `<img src=x onerror=alert(1)> A wumpet's <b>best</b> &amp; finest.`,
    });
    const { items } = await search({ q: 'wumpet' });
    expect(slugs(items)).toEqual(['evil']);
    const { name = '', description = '' } = items[0]?.highlights ?? {};
    expect(name).toBe('&lt;script&gt;alert(1)&lt;/script&gt; <mark>Wumpet</mark> &amp; "co" &lt;mark&gt;x&lt;/mark&gt;');
    expect(description).toBe(`&lt;img src=x onerror=alert(1)&gt; A <mark>wumpet</mark>'s &lt;b&gt;best&lt;/b&gt; &amp;amp; finest.`);
    for (const text of [name, description]) expect(text.replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>]/);
  });

  it('escape names and words of any kind', async () => {
    const nasty = fc.array(
      fc.constantFrom('<', '>', '&', '"', "'", 'glintz', ' ', '<mark>', '</mark>', '&lt;', '&#60;', '<script>', '%', '\\', '$1'),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (name, description) => {
        await shop.database.query(`delete from products where slug = 'nasty'`);
        await shelve({ slug: 'nasty', name: `glintz ${name.join('')}`, description: `glintz ${description.join(' ')}` });
        const { items } = await search({ q: 'glintz' });
        const hit = items.find(({ slug }) => slug === 'nasty');
        expect(hit?.name).toBe(`glintz ${name.join('')}`);
        for (const text of Object.values(hit?.highlights ?? {})) {
          expect(text).toContain('<mark>glintz</mark>');
          expect(text?.replaceAll(/<mark>|<\/mark>/g, '')).not.toMatch(/[<>]/);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are there for the texts that hold a word only', async () => {
    await shelve({ slug: 'half', name: 'Halfling', description: 'Of sorts: drumbelo.' });
    const [hit] = (await search({ q: 'drumbelo' })).items;
    expect(hit?.highlights).toEqual({ description: 'Of sorts: <mark>drumbelo</mark>.' });
  });
});

describe('pages of hits', () => {
  beforeAll(async () => {
    await shelve(
      ...Array.from({ length: 23 }, (_, n) => ({
        slug: `page-${n}`,
        name: n % 4 === 0 ? 'Pagelet pagelet' : n % 4 === 1 ? 'Pagelet' : 'Tie',
        description: n % 2 ? 'A pagelet.' : 'A pagelet, and another pagelet.',
        category: n % 5 ? 'kitchen' : 'books',
        price: 1_000 + (n % 3),
      })),
    );
  });

  it.each(['relevance', 'newest', 'price', '-price', 'popularity', 'name'])(
    'by %s lead through every hit once, ties and filters included',
    async (sort) => {
      const whole = await search({ q: 'pagelet', sort, limit: '100' });
      expect([whole.items.length, whole.total, whole.nextCursor]).toEqual([23, 23, null]);
      for (const limit of [1, 4, 22, 23])
        expect(slugs(await walk(shop, searchRoute, { q: 'pagelet', sort }, limit))).toEqual(slugs(whole.items));
      const narrow = await walk(shop, searchRoute, { q: 'pagelet', sort, category: 'kitchen', maxPrice: '1001' }, 3);
      const expected = whole.items.filter(({ category, price }) => category?.slug === 'kitchen' && price.amount <= 1_001);
      expect(slugs(narrow)).toEqual(slugs(expected));
      const { items } = await search({ q: 'pagelet', sort, skip: '20', limit: '10' });
      expect(slugs(items)).toEqual(slugs(whole.items).slice(20));
    },
  );
});
