/** One contract for what finds products: PostgreSQL and OpenSearch give the same answers, and PostgreSQL answers while OpenSearch does not. */
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProductIndex, Question, SearchSort } from '#functions/search/lib/product-index.ts';
import { within } from '#local/services/processes.ts';
import type { Sql } from '#platform/db/sql.ts';
import { forgetPerProcess } from '#platform/per-process.ts';
import { nodeJars } from '#tests/support/opensearch/jars.ts';
import { type OpenSearchNode, startOpenSearch } from '#tests/support/opensearch/node.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

const jars = nodeJars();
if ('missing' in jars) console.log(`The tests of OpenSearch are left out: ${jars.missing}.`);

/** Stands in front of the node, to fail in the ways that a service may. */
type Fault = 'none' | 'gone' | 'silent' | 'garbage' | 'no hits' | 'wrong places' | 'fewer places' | 'split cents' | 429 | 503;
let fault: Fault = 'none';
let asked = 0;
const inFront = (node: () => string): Server =>
  createServer(async (request, response) => {
    asked++;
    if (fault === 'gone') return void request.socket.destroy();
    if (fault === 'silent') return;
    if (fault === 'garbage') return void response.end('<html>Bad gateway</html>');
    if (fault === 'no hits') return void response.end('{"took":1,"timed_out":false,"hits":{}}');
    if (typeof fault === 'number') return void response.writeHead(fault).end('{"error":"busy"}');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = 'GET', headers, url = '/' } = request;
    const reply = await fetch(node() + url, {
      method,
      headers: { 'content-type': headers['content-type'] ?? 'application/json' },
      ...(body.length > 0 && { body }),
    }).catch(() => undefined);
    if (!reply) return void request.socket.destroy();
    response.writeHead(reply.status).end(spoiled(await reply.text()));
  });

/** An answer that has the right shape, and says what cannot be. */
function spoiled(text: string): string {
  if (fault === 'none') return text;
  const answer = JSON.parse(text);
  for (const hit of answer.hits?.hits ?? []) {
    if (fault === 'wrong places') hit.sort[0] = 'yesterday';
    if (fault === 'fewer places') hit.sort = [];
  }
  if (fault === 'split cents' && answer.aggregations) answer.aggregations.min.value += 0.5;
  return JSON.stringify(answer);
}

describe.skipIf('missing' in jars)('what finds products', () => {
  let node: OpenSearchNode;
  let front: Server;
  let shop: Shop;
  let admin: Person;
  let sql: Sql;
  let engines: { postgres: ProductIndex; opensearch: ProductIndex };
  let rebuild: (signal?: AbortSignal, batch?: number, say?: () => unknown) => Promise<{ outcome: string; written: number }>;

  beforeAll(async () => {
    front = inFront(() => node.url).listen(0, '127.0.0.1');
    await new Promise((resolve) => front.once('listening', resolve));
    const variables = {
      SEARCH_ENGINE: 'opensearch',
      OPENSEARCH_ENDPOINT: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
      OPENSEARCH_TIMEOUT_MS: '3000', // the machine may be busy
      REDIS_URL: '',
    };
    // Side by side, and both stopped whichever of them fails.
    const both = [
      startOpenSearch().then((started) => (node = started)),
      startShop(variables, { pumps: true }).then((started) => (shop = started)),
    ];
    await Promise.allSettled(both);
    await Promise.all(both);
    admin = await signIn(shop, 'admin');
    await shelve();
    // The gateway has set this process's variables: what is loaded from here on has the shop's.
    ({ sql } = await import('#platform/db/sql.ts'));
    const { postgresIndex } = await import('#functions/search/lib/postgres-index.pg.ts');
    const { openSearchIndex } = await import('#functions/search/lib/opensearch-index.client.ts');
    engines = { postgres: postgresIndex, opensearch: openSearchIndex };
    const { rebuildIndex } = await import('#functions/search/lib/rebuild-index.ts');
    rebuild = (signal = new AbortController().signal, batch = 20, say = () => undefined) =>
      rebuildIndex(sql, { now: () => new Date(), signal, batch, say });
    expect(await rebuild()).toMatchObject({ outcome: 'done' });
    // Java's first search is its slowest, and may be too late.
    const answers = () =>
      found('opensearch', 'zorble').then(
        (all) => all.length === 8,
        () => forgetPerProcess('opensearch-breaker') === undefined,
      );
    expect(await within(30_000, answers)).toBe(true);
  });
  afterAll(async () => {
    front?.close();
    front?.closeAllConnections();
    await shop?.end();
    await node?.stop();
  });
  beforeEach(() => {
    fault = 'none';
    forgetPerProcess('opensearch-breaker');
  });

  /** Products that differ in what a search looks at. */
  async function shelve(): Promise<void> {
    const entries = [
      ['zorble-1', 'Zorble Lamp', 'Bright.', [], 5],
      ['zorble-2', 'Zorble Lamp 10', 'Bright.', ['light'], 9],
      ['zorble-3', 'Zorble Lamp 9', 'Bright.', ['light', 'zorble'], 9],
      ['zorble-tag', 'Plain Lamp', 'Dim.', ['zorble'], 50],
      ['zorble-text', 'Other Thing', 'It is a zorble of a kind.', [], 99],
      ['zorble-accent', 'Zörble Crème', 'With an accent.', [], 1],
      ['zorble-model', 'Headset WH-1000XM5', 'A zorble, by model.', [], 0],
      ['zorble-quote', "Zorble's O'Neil & Sons", 'AT&T <b>bold</b>.', ["o'neil"], 0],
    ] as const;
    for (const [i, [slug, name, description, tags, popularity]] of entries.entries())
      await shop.database.query(
        `insert into products (id, slug, name, description, category_id, price_amount, stock, tags, popularity, created_at, updated_at)
           values (gen_random_uuid(), $1, $2, $3, (select id from categories order by slug offset $4 limit 1), $5::int, $6, $7, $8,
                   to_timestamp(1767225600 + $5::int), now())`,
        [slug, name, description, i % 3, 1_000 + 10 * i, i === 2 ? 0 : 5, tags, popularity],
      );
  }

  const question = (q: string, more: Partial<Question> = {}): Question => ({
    q,
    exact: false,
    filter: {},
    sort: 'relevance',
    after: undefined,
    skip: 0,
    limit: 100,
    ...more,
  });
  const slugsOf = async (ids: readonly string[]) => {
    const rows = await shop.database.query<{ id: string; slug: string }>('select id, slug from products where id = any($1)', [ids]);
    return ids.map((id) => rows.find((row) => row.id === id)?.slug);
  };
  const found = async (engine: keyof typeof engines, q: string, more: Partial<Question> = {}) => {
    const { hits } = await engines[engine].find(sql, question(q, more));
    return slugsOf(hits.map(({ id }) => id));
  };
  const search = async (query: Record<string, string>) => (await shop.call(`/api/search?${new URLSearchParams(query)}`)).body;
  const refresh = async () => void (await fetch(`${node.url}/kelvo-local-products/_refresh`, { method: 'POST' }));
  const indexes = async () => Object.keys((await (await fetch(`${node.url}/kelvo-*`)).json()) as object);
  const sorts: SearchSort[] = ['relevance', 'newest', 'price', '-price', 'popularity', 'name'];

  describe.each(['postgres', 'opensearch'] as const)('%s', (engine) => {
    it('puts a word in the name before one in tags, and that before one in the text; equals by popularity', async () => {
      const order = await found(engine, 'zorble');
      expect(order.slice(0, 2).sort()).toEqual(['zorble-2', 'zorble-3']);
      expect(order.slice(2)).toEqual(['zorble-1', 'zorble-accent', 'zorble-quote', 'zorble-tag', 'zorble-text', 'zorble-model']);
    });

    it('finds words with and without accents, plurals, model numbers, and what holds quotes', async () => {
      expect(await found(engine, 'zörble creme')).toEqual(['zorble-accent']);
      expect(await found(engine, 'zorbles lamps 10')).toEqual(['zorble-2']);
      expect(await found(engine, 'wh1000xm5')).toEqual(['zorble-model']);
      expect(await found(engine, "o'neil")).toEqual(['zorble-quote']);
      expect(await found(engine, '!!!')).toEqual([]);
    });

    it('mends, completes and replaces words, says so, and takes them as they are typed on demand', async () => {
      const hits = async (q: string, exact = false) => {
        const { hits, searched } = await engines[engine].find(sql, question(q, { exact }));
        return [hits.length > 0, searched.changed];
      };
      expect(await hits('zorbel lamp')).toEqual([true, true]);
      expect(await hits('headp')).toEqual([true, true]);
      expect(await hits('zorbel lamp', true)).toEqual([false, false]);
      const names = (await engines[engine].find(sql, question('couch'))).hits;
      expect(names.length).toBeGreaterThan(0);
    });

    it('narrows by category, price, tag and stock, and counts facets before that', async () => {
      const asked = question('zorble');
      const [{ slug: category } = { slug: '' }] = await shop.database.query<{ slug: string }>(
        'select slug from categories order by slug limit 1',
      );
      const { facets, total } = await engines[engine].find(sql, asked);
      expect([total, facets.inStock, facets.min, facets.max]).toEqual([8, 7, 1_000, 1_070]);
      expect(facets.tags).toContainEqual({ tag: 'light', count: 2 });
      expect(facets.categories.find(({ slug }) => slug === category)?.count).toBe(3);
      for (const [filter, expected] of [
        [{ category }, ['zorble-1', 'zorble-tag', 'zorble-model']],
        [{ category: 'none-such' }, []],
        [{ minCents: 1_010, maxCents: 1_030 }, ['zorble-3', 'zorble-2', 'zorble-tag']],
        [{ tag: 'light', inStock: true }, ['zorble-2']],
        [{ tag: 'light', minCents: 5_000 }, []],
      ] as const) {
        const answer = await engines[engine].find(sql, { ...asked, filter });
        expect((await slugsOf(answer.hits.map(({ id }) => id))).sort(), JSON.stringify(filter)).toEqual([...expected].sort());
        expect(answer.total).toBe(expected.length);
        expect(answer.facets).toEqual(facets);
      }
    });

    it('gives every hit once, page by page, in each order', async () => {
      for (const sort of sorts) {
        const whole = await engines[engine].find(sql, question('zorble', { sort }));
        const paged: string[] = [];
        for (let after: Question['after'], more = true; more; ) {
          const { hits } = await engines[engine].find(sql, question('zorble', { sort, after, limit: 3 }));
          paged.push(...hits.map(({ id }) => id));
          const last = hits.at(-1);
          more = hits.length === 3;
          if (last) after = { values: [last.place], id: last.id };
        }
        expect(paged, sort).toEqual(whole.hits.map(({ id }) => id));
        const skipped = await engines[engine].find(sql, question('zorble', { sort, skip: 2, limit: 3 }));
        expect(skipped.hits).toEqual(whole.hits.slice(2, 5));
      }
    });
  });

  it('is the same by either engine, places and facets included, so that a cursor of one serves the other', async () => {
    const queries = [
      'zorble',
      'lamp',
      'kitchen',
      'wireless headphones',
      'mug',
      'a',
      'coffe',
      'steel bottle',
      'hedphones',
      'stainles steel mug',
      'sofa',
      'wireless blue kitchen mug',
      'zorble nothingness',
      '-lamp zorble',
      'é',
    ];
    for (const [i, q] of queries.entries())
      for (const sort of i < 3 ? sorts : (['relevance', sorts[1 + (i % 5)]] as SearchSort[])) {
        const [postgres, opensearch] = await Promise.all([
          engines.postgres.find(sql, question(q, { sort })),
          engines.opensearch.find(sql, question(q, { sort })),
        ]);
        const { rows: _, ...same } = postgres;
        expect(opensearch, `${q}, ${sort}`).toEqual({ ...same, facets: { ...same.facets, tags: expect.any(Array) } });
        const tags = (list: { tag: string; count: number }[]) => list.map(({ tag, count }) => `${count} ${tag}`).sort();
        if (same.facets.tags.length < 20) expect(tags(opensearch.facets.tags)).toEqual(tags(same.facets.tags));
      }
  });

  describe('suggestions', () => {
    it('are the same by either engine: of names, tags, categories, unfinished and mistyped words', async () => {
      const named = await shop.database.query<{ name: string; tags: string[] }>('select name, tags from products order by slug');
      const starts = named.flatMap(({ name, tags }) =>
        [name, ...tags].flatMap((text) => text.split(/[ -]/).map((word) => word.slice(0, 3))),
      );
      const typed = ['z', 's', 'zorb', 'zorbl lam', 'zörble cr', 'lamp zor', 'wh-10', 'wh1000', "o'n", 'kitch', 'tag', 'category', 'qqqq'];
      const mistyped = ['hedph', 'wirless hea', 'teepot', 'zorbel lamp', 'kithc'];
      for (const q of new Set([...typed, ...mistyped, ...starts.filter((_, i) => i % 9 === 0)]))
        for (const limit of q.length === 1 ? [2, 6] : [6]) {
          const [postgres, opensearch] = await Promise.all([
            engines.postgres.suggest(sql, q, limit),
            engines.opensearch.suggest(sql, q, limit),
          ]);
          expect(opensearch, `${q}, ${limit}`).toEqual(postgres);
        }
    });

    it('ask OpenSearch, show what is in PostgreSQL now, and come from there while it is away', async () => {
      const suggest = async () => (await shop.call('/api/search/suggest?q=zorb')).body;
      const before = asked;
      const [first, ...others] = (await suggest()).products;
      expect([asked - before, first.slug, others.length]).toEqual([1, expect.stringMatching(/^zorble-[23]$/), 5]);
      await shop.database.query('update products set archived_at = now() where id = $1', [first.id]);
      try {
        const there = await suggest();
        expect(there.products.map(({ id }: { id: string }) => id)).not.toContain(first.id);
        fault = 'gone';
        expect(await suggest()).toEqual(there);
      } finally {
        await shop.database.query('update products set archived_at = null where id = $1', [first.id]);
      }
    });
  });

  describe('a change of a product', () => {
    const price = { amount: 4_200, currency: 'USD' };
    const make = async (name: string) => (await admin.call('/api/products', { body: { name, description: 'New.', price, stock: 3 } })).body;
    const namesFor = async (q: string) => (await search({ q })).items.map(({ name }: { name: string }) => name);
    const arrived = async () => {
      await shop.pumps.settled();
      await refresh();
    };

    it('is found: added, renamed, archived', async () => {
      const product = await make('Quibblet Kettle');
      await arrived();
      expect(await namesFor('quibblet')).toEqual(['Quibblet Kettle']);
      await admin.call(`/api/products/${product.id}`, { method: 'PUT', body: { name: 'Frobnet Kettle', description: 'Renamed.', price } });
      await arrived();
      expect([await namesFor('quibblet'), await namesFor('frobnet')]).toEqual([[], ['Frobnet Kettle']]);
      await admin.call(`/api/products/${product.id}`, { method: 'DELETE' });
      await arrived();
      expect(await search({ q: 'frobnet' })).toMatchObject({ items: [], total: 0 });
    });

    it('that arrives late brings back neither an older state nor a product that is gone', async () => {
      const product = await make('Glimmet Jar');
      await arrived();
      const { selectIndexed } = await import('#functions/search/lib/indexed-products.pg.ts');
      const { writeProducts, writtenIndexes } = await import('#functions/search/lib/write-index.client.ts');
      const before = await selectIndexed(sql, [product.id]);
      await admin.call(`/api/products/${product.id}`, { method: 'PUT', body: { name: 'Glommet Jar', description: 'Renamed.', price } });
      await arrived();
      await writeProducts(await writtenIndexes(), before);
      await refresh();
      expect(await found('opensearch', 'glommet')).toHaveLength(1);
      const renamed = await selectIndexed(sql, [product.id]);
      await admin.call(`/api/products/${product.id}`, { method: 'DELETE' });
      await arrived();
      await writeProducts(await writtenIndexes(), renamed);
      await refresh();
      expect(await found('opensearch', 'glommet')).toEqual([]);
    });

    it('shows in price, stock and shelf at once, although the index is behind', async () => {
      const [one, two] = [await make('Vexlet Bowl'), await make('Vexlet Cup')];
      await arrived();
      await shop.database.query('update products set price_amount = 77 where id = $1', [one.id]);
      await shop.database.query('update products set stock = 0 where id = $1', [two.id]);
      expect((await search({ q: 'vexlet bowl' })).items).toMatchObject([{ price: { amount: 77 } }]);
      expect((await search({ q: 'vexlet', inStock: 'true' })).items.map(({ id }: { id: string }) => id)).toEqual([one.id]);
      await shop.database.query('update products set archived_at = now() where id = $1', [one.id]);
      expect((await search({ q: 'vexlet' })).items.map(({ id }: { id: string }) => id)).toEqual([two.id]);
    });

    it('of stock and popularity alone reaches the index by the hourly schedule', async () => {
      const [one, two] = [await make('Wumplet Pan'), await make('Wumplet Pot')];
      await arrived();
      await shop.database.query('update products set popularity = 400 where id = $1', [one.id]);
      await admin.call(`/api/products/${two.id}/stock`, { method: 'PUT', body: { stock: 0 } });
      const done = await shop.gateway.invoke('SearchRefreshIndex', { time: new Date().toISOString() });
      expect(done).toMatchObject({ refreshed: expect.any(Number) });
      await refresh();
      const { hits, facets } = await engines.opensearch.find(sql, question('wumplet'));
      expect(hits.map(({ id }) => id)).toEqual([one.id, two.id]);
      expect(facets.inStock).toBe(1);
    });
  });

  describe('a rebuild', () => {
    it('that was stopped goes on, with what changed meanwhile, while the old index answers; and leaves one index', async () => {
      const [old] = await indexes();
      const stop = new AbortController();
      const stopping = rebuild(AbortSignal.any([stop.signal]), 5);
      stop.abort();
      expect((await stopping).outcome).toBe('stopped');
      expect(await indexes()).toHaveLength(2);
      const first = await rebuild(AbortSignal.timeout(1), 5);
      expect(await found('opensearch', 'zorble lamp')).toHaveLength(4);
      const { body } = await admin.call('/api/products', {
        body: { name: 'Meanwhile Mop', description: 'New.', price: { amount: 1, currency: 'USD' } },
      });
      await shop.pumps.settled();
      const last = await rebuild();
      expect(last).toMatchObject({ outcome: 'done' });
      expect(last.written).toBeGreaterThan(first.written);
      const left = await indexes();
      expect(left).toHaveLength(1);
      expect(left).not.toEqual([old]);
      expect((await search({ q: 'meanwhile' })).items).toMatchObject([{ id: body.id }]);
      expect((await engines.opensearch.find(sql, question('zorble'))).total).toBe(8);
    });

    it('beside another one does the same, or ends when the other took its index away; one whole index is left', async () => {
      const outcomes = (await Promise.all([rebuild(), rebuild()])).map(({ outcome }) => outcome).sort();
      expect(outcomes[0]).toBe('done');
      expect(['done', 'overtaken']).toContain(outcomes[1]);
      expect(await indexes()).toHaveLength(1);
      expect(await found('opensearch', 'zorble')).toHaveLength(8);
      // The one that is slower finds its index gone.
      const say = async () => {
        for (const index of await indexes()) if (index !== inUse) await fetch(`${node.url}/${index}`, { method: 'DELETE' });
      };
      const [inUse] = await indexes();
      expect(await rebuild(undefined, 20, say)).toMatchObject({ outcome: 'overtaken' });
      expect(await indexes()).toEqual([inUse]);
      expect(await found('opensearch', 'zorble')).toHaveLength(8);
    });
  });

  describe('npm run search:reindex', () => {
    const script = join(import.meta.dirname, '../../scripts/search-reindex.ts');
    const run = (endpoint = node.url, databaseUrl = shop.database.url) =>
      new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
        const env = { ...process.env, DATABASE_URL: databaseUrl, OPENSEARCH_ENDPOINT: endpoint };
        execFile(process.execPath, [script], { env }, (error, out, err) => resolve({ code: error?.code ?? 0, out, err }));
      });

    it('builds the index, or says why it cannot', async () => {
      const [done, away, none] = await Promise.all([
        run(),
        run('http://127.0.0.1:1'),
        run(node.url, 'postgresql://nobody@127.0.0.1:1/nothing'),
      ]);
      expect(done).toMatchObject({ code: 0, err: '' });
      expect(done.out).toMatch(/^(\d+) products written\nThe index has \1 products, and is in use\.\n$/);
      expect([away.code, none.code]).toEqual([3, 3]);
      expect(away.err).toMatch(/^The index was not rebuilt: .*\nDoes OpenSearch run\? Locally npm run search:node starts one/);
      expect(none.err).toMatch(/^No database answers/);
      expect(await indexes()).toHaveLength(1);
      expect(await found('opensearch', 'zorble')).toHaveLength(8);
    });
  });

  describe('without OpenSearch', () => {
    const faults: Fault[] = ['gone', 'silent', 'garbage', 'no hits', 'wrong places', 'fewer places', 'split cents', 429, 503];
    it.each(faults)('that is %s, PostgreSQL answers the same, and it is left alone for a while', async (how) => {
      const query = { q: 'zorble', sort: 'newest', limit: '3' };
      const before = await search(query);
      fault = how;
      const began = performance.now();
      expect(await search(query)).toEqual(before);
      expect(performance.now() - began).toBeLessThan(8_000);
      const tries = asked;
      expect(await search(query)).toEqual(before);
      expect(asked).toBe(tries);
    });

    it('health says degraded, and names it', async () => {
      fault = 503;
      const { status, body } = await shop.call('/api/health');
      expect([status, body.status, body.dependencies.search.status]).toEqual([200, 'degraded', 'unhealthy']);
      fault = 'none';
      expect((await shop.call('/api/health')).body).toMatchObject({ status: 'healthy', dependencies: { search: { status: 'healthy' } } });
    });

    it('a change waits in the queue, and is found when it is back', async () => {
      fault = 'gone';
      await admin.call('/api/products', {
        body: { name: 'Patient Pitcher', description: 'Waits.', price: { amount: 1, currency: 'USD' } },
      });
      await expect
        .poll(() => shop.database.query("select 1 from consumer_failures where consumer = 'search/index-products'"))
        .not.toEqual([]);
      fault = 'none';
      await shop.pumps.settled();
      await refresh();
      expect(await found('opensearch', 'patient')).toHaveLength(1);
    });

    it('because its node died, everything goes on', async () => {
      await node.kill();
      expect((await search({ q: 'zorble lamp' })).items).toHaveLength(4);
    });
  });
});
