import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listSynonymsRoute } from '#functions/search/lib/contract.ts';
import { countWords } from '#functions/search/lib/count-words.ts';
import { insertWords } from '#functions/search/lib/words.pg.ts';
import { within } from '#local/services/processes.ts';
import type { Sql } from '#platform/db/sql.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { walk } from '#tests/support/walk.ts';

let shop: Shop;
let admin: Person;
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }); // copies would show what was a moment ago
  admin = await signIn(shop, 'admin');
});
afterAll(() => shop.end());

const create = (body: object) => admin.call('/api/admin/synonyms', { body });
const put = (id: string, body: object) => admin.call(`/api/admin/synonyms/${id}`, { method: 'PUT', body });
const remove = (id: string) => admin.call(`/api/admin/synonyms/${id}`, { method: 'DELETE' });

const found = async (q: string): Promise<string[]> =>
  (await shop.call(`/api/search?${new URLSearchParams({ q })}`)).body.items.map(({ slug }: { slug: string }) => slug);

describe('a synonym', () => {
  it('is searched for with what was typed, one way or both ways, until it is changed or deleted', async () => {
    expect(await found('glimmerstick')).toEqual([]);
    const { status, body } = await create({ said: 'Glimmerstick', means: 'flashlight' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ said: 'Glimmerstick', means: 'flashlight', bothWays: false });
    expect(await found('glimmersticks')).toEqual(['beacon-flashlight']);
    expect((await put(body.id, { said: 'glimmerstick', means: 'telescope', bothWays: true })).body).toMatchObject({
      id: body.id,
      bothWays: true,
    });
    expect(await found('glimmerstick')).toEqual(['stargazer-telescope']);
    await shop.database.query(`update products set name = 'Glimmerstick', updated_at = now() where slug = 'skylark-kite'`);
    expect(await found('telescope')).toEqual(expect.arrayContaining(['stargazer-telescope', 'skylark-kite']));
    expect((await put(body.id, { said: 'glimmerstick', means: 'telescope' })).body).toMatchObject({ bothWays: true });
    expect((await remove(body.id)).status).toBe(204);
    expect(await found('telescope')).toEqual(['stargazer-telescope']);
    const log = (await admin.call(`/api/admin/audit-log?subject=synonym:${body.id}`)).body.items;
    expect(log.map(({ action }: { action: string }) => action)).toEqual([
      'synonym.deleted',
      'synonym.updated',
      'synonym.updated',
      'synonym.created',
    ]);
  });

  it('of two words is found in either order, and mistyped', async () => {
    expect((await create({ said: 'Wobble Dangler', means: 'kite' })).status).toBe(201);
    for (const q of ['wobble dangler', 'dangler wobble', 'woble dangler', 'red wobble danglers'])
      expect([q, (await found(q))[0]]).toEqual([q, 'skylark-kite']);
  });

  it('of one word is found by its halves, which are two words where nothing has them together', async () => {
    expect((await create({ said: 'quobbledash', means: 'kite' })).status).toBe(201);
    expect(await found('quobble dash')).toEqual(['skylark-kite']);
    expect((await create({ said: 'barnaby mug', means: 'quobbleless' })).status).toBe(201);
    expect(await found('barnaby mug')).toEqual(expect.arrayContaining(['barnaby-teddy-bear', 'quarry-stoneware-mug']));
    expect(await found('looking glass')).toEqual(['petal-wall-mirror']); // "looking" alone says nothing
  });

  it('is there once, however it is written', async () => {
    expect((await create({ said: 'zither', means: 'tennis racket' })).status).toBe(201);
    for (const pair of [
      { said: 'Zithers', means: 'racket, tennis' },
      { said: ' ZITHER ', means: 'a tennis racket!' },
    ])
      expect((await create(pair)).body).toMatchObject({ status: 409, code: 'synonym-exists' });
    const { body } = await create({ said: 'zither', means: 'skis' });
    expect((await put(body.id, { said: 'zither', means: 'tennis rackets' })).body).toMatchObject({ status: 409, code: 'synonym-exists' });
    expect((await put(body.id, { said: 'Zither', means: 'Skis' })).status).toBe(200);
  });

  it('needs words that can be searched for on either side, of which there are not too many, and not the same ones', async () => {
    for (const [pair, pointer] of [
      [{ said: 'the', means: 'sofa' }, '/said'],
      [{ said: '🛋️', means: 'sofa' }, '/said'],
      [{ said: 'davenport', means: '& | !' }, '/means'],
      [{ said: 'one long brown davenport', means: 'sofa' }, '/said'],
      [{ said: 'davenport', means: 'one long brown sofa', bothWays: true }, '/means'],
      [{ said: 'Sofas', means: 'sofa' }, '/means'],
    ] as const)
      expect((await create(pair)).body, JSON.stringify(pair)).toMatchObject({
        status: 400,
        code: 'invalid-request',
        errors: [{ pointer }],
      });
    expect((await create({ said: 'davenport', means: 'one long brown sofa' })).status).toBe(201);
  });

  it('that there is not can be neither changed nor deleted', async () => {
    expect((await put(randomUUID(), { said: 'a1', means: 'b1' })).body).toMatchObject({ status: 404, code: 'synonym-not-found' });
    expect((await remove(randomUUID())).body).toMatchObject({ status: 404, code: 'synonym-not-found' });
  });
});

describe('the list of synonyms', () => {
  it('has those of the catalog from the start, each once, page by page', async () => {
    const all = await walk(admin, listSynonymsRoute, {}, 50);
    const said = all.map((one: { said: string }) => one.said);
    expect(said).toEqual(expect.arrayContaining(['couch', 'cell phone', 'sneakers', 'frying pan']));
    expect(new Set(all.map(({ id }: { id: string }) => id)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(80);
  });

  it('is narrowed by what either side holds, as it is written', async () => {
    const named = async (q: string) =>
      (await walk(admin, listSynonymsRoute, { q })).map((one: { said: string; means: string }) => [one.said, one.means]);
    expect(await named('SOFA')).toEqual(
      expect.arrayContaining([
        ['settee', 'sofa'],
        ['couch', 'sofa'],
      ]),
    );
    expect(await named('%')).toEqual([]);
    expect(await named("x' or true --")).toEqual([]);
  });

  it('is for admins', async () => {
    const shopper = await signIn(shop, 'shopper');
    const id = randomUUID();
    const pair = { said: 'one', means: 'two' };
    for (const [path, call] of [
      ['/api/admin/synonyms', {}],
      ['/api/admin/synonyms', { body: pair }],
      [`/api/admin/synonyms/${id}`, { method: 'PUT', body: pair }],
      [`/api/admin/synonyms/${id}`, { method: 'DELETE' }],
    ] as const) {
      expect((await shop.call(path, call)).status).toBe(401);
      expect((await shopper.call(path, call)).body).toMatchObject({ status: 403, code: 'admin-only' });
    }
  });
});

describe('the schedule that keeps the words of the catalog', () => {
  const sql: Sql = (text, values = []) => shop.database.query(text, [...values]);
  const run = (sizes = {}, signal = new AbortController().signal) => countWords(sql, { now: new Date(), signal, ...sizes });
  const shelve = (name: string, more = '') =>
    shop.database.query(
      `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at)
         values (gen_random_uuid(), $1, $2, $3, 100, 1, now(), now())`,
      [randomUUID(), name, more],
    );
  const archive = (name: string) =>
    shop.database.query('update products set archived_at = now(), updated_at = now() where name = $1', [name]);
  const known = async (...words: string[]) =>
    (await shop.database.query<{ word: string }>('select word from words where word = any($1) order by word', [words])).map(
      ({ word }) => word,
    );

  it('counts each word as often as products have it, and writes nothing where nothing changed', async () => {
    await shop.database.query('update words set products = 1000');
    await run();
    const wrong = await shop.database.query(`select word, w.products from words w where products <>
      (select count(*) from products p where p.w_all @@ quote_literal(w.lexeme)::tsquery and p.archived_at is null)`);
    expect(wrong).toEqual([]);
    expect(await run()).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  it('adds words of products that were written past the shop, and removes those of products that are gone', async () => {
    await shelve('Zampogna', 'With a crumhorn beside it.');
    await run();
    expect(await known('zampogna', 'crumhorn', 'beside')).toEqual(['beside', 'crumhorn', 'zampogna']);
    await archive('Zampogna');
    await run();
    expect(await known('zampogna', 'crumhorn', 'beside')).toEqual(['beside']);
  });

  it('adds words in the order in which all others do, so that no circle of writers waits for each other', async () => {
    const words = Array.from(
      { length: 40 },
      (_, i) => `quuxo${String.fromCharCode(97 + ((i * 7) % 26), 97 + ((i * 11) % 23), 97 + (i % 19))}`,
    ).sort();
    await shelve(words.join(' '));
    const writer = new pg.Client({ connectionString: shop.database.adminUrl });
    await writer.connect();
    try {
      await writer.query('begin');
      const written: Sql = async (text, values = []) => (await writer.query(text, [...values])).rows;
      await insertWords(written, words[0] ?? '');
      const { rows } = await writer.query('select pg_backend_pid() as pid');
      const counting = expect(run()).resolves.toMatchObject({ added: 0 });
      const waits = async () =>
        (await shop.database.query('select from pg_locks where not granted and $1 = any(pg_blocking_pids(pid))', [rows[0].pid])).length > 0;
      expect(await within(20_000, waits)).toBe(true);
      await insertWords(written, words.join(' '));
      await writer.query('commit');
      await counting;
    } finally {
      await writer.end();
    }
  });

  it('keeps words that only a category or a synonym has', async () => {
    await shop.database.query(
      `insert into categories (id, slug, name, description) values (gen_random_uuid(), 'luthiery', 'Luthiery', '')`,
    );
    await shop.database.query(`insert into words (word, lexeme) select word, lexeme from words_in('Luthiery')`);
    await create({ said: 'sackbut', means: 'trombone', bothWays: true });
    await run();
    expect(await known('luthiery', 'sackbut', 'trombone')).toEqual(['luthiery', 'sackbut', 'trombone']);
  });

  it('goes on where a run without time for more has stopped', async () => {
    const names = ['Aulos', 'Dulcian', 'Rackett', 'Shawmpipe', 'Tarogato'];
    for (const name of names) await shelve(name);
    await shop.database.query(`insert into words (word, lexeme) values ('aardvarkish', 'aardvarkish'), ('zzyzx', 'zzyzx')`);
    const wanted = names.map((name) => name.toLowerCase());
    let runs = 0;
    while ((await known(...wanted)).length < wanted.length || (await known('aardvarkish', 'zzyzx')).length > 0) {
      expect(++runs).toBeLessThan(100);
      const stop = new AbortController();
      let statements = 0;
      const briefly: Sql = (text, values) => {
        if (++statements === 3) stop.abort();
        return sql(text, values);
      };
      await countWords(briefly, { now: new Date(), signal: stop.signal, products: 20, words: 100 });
    }
    expect(runs).toBeGreaterThan(2);
  });
});

describe('what typed words are compared by', () => {
  const one = async (expression: string) => (await shop.database.query<{ value: unknown }>(`select ${expression} as value`))[0]?.value;

  it('counts letters that changed places as one', async () => {
    for (const [pair, apart] of [
      ["'tent', 'tetn'", 1],
      ["'tent', 'tant'", 1],
      ["'tent', 'ten'", 1],
      ["'tent', 'note'", 4],
      ["'tent', 'tent'", 0],
    ] as const)
      expect([pair, await one(`letters_apart(${pair})`)]).toEqual([pair, apart]);
  });

  it('is the sound where "ph" is an f', async () => {
    for (const [typed, slug] of [
      ['fone', 'folio-x-smartphone'],
      ['hedfones', 'nimbus-wireless-headphones'],
    ] as const)
      expect([typed, (await found(typed))[0]]).toEqual([typed, slug]);
  });

  it('knows what a word is made from by an ending', async () => {
    for (const [word, stem] of [
      ['writer', 'write'],
      ['runners', 'run'],
      ['hiker', 'hike'],
      ['golden', 'gold'],
      ['rainy', 'rain'],
    ])
      expect(await one(`stems_beneath('${word}')`), word).toContain(stem);
    expect(await one(`stems_beneath('mug')`)).toEqual([]);
  });
});
