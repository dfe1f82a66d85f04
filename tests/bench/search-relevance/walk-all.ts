import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { writeLargeCatalog } from '../../../db/seed/large-catalog.ts';
import { type AskPage, walkSearch } from './walk-pages.ts';

const sorts = ['relevance', 'price', '-price', 'newest', 'popularity', 'name'];
/** From frequent to rare words, with every sort, and with filters. */
const queries: Record<string, string>[] = [
  ...sorts.map((sort) => ({ q: 'headphones', sort })),
  ...sorts.map((sort) => ({ q: 'wireless or travel', sort, inStock: 'true' })),
  ...['kitchen', 'wooden or steel', 'scarf', 'hedphones', 'tent camping', 'watch -red'].map((q) => ({ q, sort: 'relevance' })),
  { q: 'electronics', sort: 'relevance', minPrice: '5000', maxPrice: '20000' },
  { q: 'chair', sort: 'newest', category: 'furniture' },
];

/** Walks searches to their end in a large catalog, while products are added and archived before each page. Says what it saw; false where one was missing or came twice. */
export async function walkAll(adminUrl: string, url: string, products: number): Promise<boolean> {
  await writeLargeCatalog(adminUrl, products, () => undefined);
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const ask: AskPage = async (query) => {
    const response = await fetch(`${url}/api/search?${new URLSearchParams({ ...query, limit: '100' })}`);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    const { items, nextCursor } = (await response.json()) as { items: { id: string }[]; nextCursor: string | null };
    return { ids: items.map(({ id }) => id), nextCursor };
  };
  let seen = 0;
  let pages = 0;
  const wrong: string[] = [];
  for (const query of queries) {
    const there: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Awaited<ReturnType<AskPage>> = await ask(cursor === '' ? query : { ...query, cursor });
      there.push(...page.ids);
      cursor = page.nextCursor;
    }
    const walked = await walkSearch(ask, query, there, async (page) => {
      // Copies of what is found, up to the twentieth page: with them the walk would never end.
      if (page < 20)
        await client.query(
          `insert into products (id, slug, name, description, category_id, tags, price_amount, stock, popularity, created_at, updated_at)
             select new, new, name, description, category_id, tags, price_amount, stock, popularity, now(), now()
               from unnest($1::uuid[], $2::uuid[]) as t (new, old) join products p on p.id = old`,
          [
            [randomUUID(), randomUUID()],
            [there[(page * 97) % there.length], there[(page * 31) % there.length]],
          ],
        );
      const gone = there[(page * 53) % there.length];
      await client.query('update products set archived_at = now() where id = $1', [gone]);
      return gone === undefined ? [] : [gone];
    });
    seen += there.length;
    pages += walked.pages;
    for (const kind of ['missing', 'twice'] as const)
      if (walked[kind].length > 0) wrong.push(`${JSON.stringify(query)}: ${walked[kind].length} ${kind}`);
  }
  await client.end();
  console.log(
    `${queries.length} searches walked to their end, ${pages} pages of ${seen} products: ${wrong.length === 0 ? 'none missing, none twice' : wrong.join('; ')}`,
  );
  return wrong.length === 0;
}
