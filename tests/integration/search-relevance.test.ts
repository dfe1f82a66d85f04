/** What searches promise, on the seed's catalog: `npm run bench:relevance` measures the same, with more misspellings and a larger catalog. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchRoute } from '#functions/search/lib/contract.ts';
import { hostileSearches } from '#tests/bench/search-relevance/hostile.ts';
import { goal, judgeSearch } from '#tests/bench/search-relevance/judge.ts';
import { foundMisspelled, goalOfMisspellings, misspellings, namedWords } from '#tests/bench/search-relevance/misspell.ts';
import { walkSearch } from '#tests/bench/search-relevance/walk-pages.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { conforming, walk } from '#tests/support/walk.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }); // copies would show what was a moment ago
});
afterAll(() => shop.end());

const search = async (query: Record<string, string>) =>
  conforming(searchRoute, await shop.call(`/api/search?${new URLSearchParams(query)}`));
const ask = async (q: string): Promise<string[]> => (await search({ q, limit: '10' })).items.map(({ slug }: { slug: string }) => slug);

describe('searches on the catalog of the seed', () => {
  it('are as good as they have to be', async () => {
    const { all, heldOut, worst } = await judgeSearch(ask);
    const show = worst.slice(0, 10).map(({ query, found }) => `${query.kind}: ${query.q} → ${found.slice(0, 3).join(', ')}`);
    expect(all.ndcg, show.join('\n')).toBeGreaterThanOrEqual(goal.ndcg);
    expect(all.top3, show.join('\n')).toBeGreaterThanOrEqual(goal.top3);
    expect(heldOut.ndcg).toBeGreaterThanOrEqual(goal.ndcg);
  });

  it('find a product on the first page by every word of its name', async () => {
    const lost: string[] = [];
    for (const [word, wanted] of namedWords()) {
      const slugs = (await search({ q: word })).items.map(({ slug }: { slug: string }) => slug);
      lost.push(...[...wanted].filter((slug) => !slugs.includes(slug)).map((slug) => `${word}: ${slug}`));
    }
    expect(lost).toEqual([]);
  });

  it('find what was meant by a misspelled word', async () => {
    const { share, missed } = await foundMisspelled(ask, misspellings(300));
    expect(share, missed.map(({ typed, word }) => `${typed} (${word})`).join(', ')).toBeGreaterThanOrEqual(goalOfMisspellings);
  });

  it('answer or refuse whatever is typed', async () => {
    const failed: string[] = [];
    for (const q of hostileSearches) {
      for (const more of ['', '&exact=true', '&sort=price&category=kitchen&tag=tea&inStock=true']) {
        const { status } = await shop.call(`/api/search?q=${encodeURIComponent(q.toWellFormed())}${more}`);
        if (status !== 200 && status !== 400) failed.push(`${status}: ${JSON.stringify(q.slice(0, 40))}${more}`);
      }
    }
    expect(failed).toEqual([]);
  });
});

describe('a search that is walked to its end while products are added and archived', () => {
  // Names of three words, of which a product has one, two or all: hits of every kind, in three levels.
  const kinds = ['Zarf', 'Quoll', 'Drumlin'];
  const shelve = async (count: number) => {
    const ids = Array.from({ length: count }, () => randomUUID());
    await shop.database.query(
      `insert into products (id, slug, name, description, tags, price_amount, stock, popularity, created_at, updated_at)
         select id, id, case n % 3 when 0 then 'Zarf Quoll' when 1 then 'Zarf' else 'Drumlin' end || ' No. ' || n % 7, case n % 2 when 0 then 'A quoll.' else 'A drumlin zarf.' end,
                case n % 5 when 0 then array['zarf'] else array['plain'] end, 100 + n % 11, n % 4, n % 13, now() - n * interval '1 hour', now()
           from unnest($1::uuid[]) with ordinality as t (id, n)`,
      [ids],
    );
    return ids;
  };

  const sorts = ['relevance', 'price', '-price', 'newest', 'popularity', 'name'];
  const queries = [
    ...sorts.map((sort) => ({ q: 'zarf', sort })),
    ...sorts.map((sort) => ({ q: 'quoll', sort, inStock: 'true' })),
    ...sorts.map((sort) => ({ q: 'drumlin', sort, tag: 'plain' })),
    { q: 'zarf quoll drumlin', sort: 'relevance' },
    { q: 'zarff', sort: 'relevance' },
  ];

  it('shows none twice, and all that were there from beginning to end', async () => {
    await shop.database.query(`insert into words (word, lexeme) select word, lexeme from words_in($1) on conflict do nothing`, [
      kinds.join(' '),
    ]);
    for (const query of queries) {
      await shop.database.query(`update products set archived_at = now() where name ~ 'Zarf|Drumlin' and archived_at is null`);
      await shelve(48);
      const asked = { ...query, limit: '8' };
      const askPage = async (query: Record<string, string>) => {
        const { items, nextCursor } = await search(query);
        return { ids: items.map(({ id }: { id: string }) => id), nextCursor };
      };
      const there: string[] = (await walk(shop, searchRoute, query, 100)).map(({ id }: { id: string }) => id);
      const { pages, missing, twice } = await walkSearch(askPage, asked, there, async (page) => {
        if (page > 2) return []; // or it would never end
        await shelve(2);
        const rows = await shop.database.query<{ id: string }>(
          `update products set archived_at = now() where id in (select id from products where name ~ 'Zarf|Drumlin' and archived_at is null order by md5(id::text || $1) limit 2) returning id`,
          [`${query.sort} ${page}`],
        );
        return rows.map(({ id }) => id);
      });
      expect({ query, missing, twice }).toEqual({ query, missing: [], twice: [] });
      expect(pages, JSON.stringify(query)).toBeGreaterThan(1);
    }
  });
});
