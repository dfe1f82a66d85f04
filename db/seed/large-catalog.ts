import type pg from 'pg';
import { connected } from './connection.ts';
import { generatedProduct } from './generated-product.ts';
import { writeWords } from './words.ts';

// Those that are there already are left out before their words are looked at: what an interrupted run wrote costs the next one little.
const statement = `
  insert into products
    (id, slug, name, description, category_id, price_amount, stock, image_url, tags, popularity, created_at, updated_at)
  select id, slug, name, description, category_id, price_amount, stock, image_url, tags, popularity, created_at, created_at
    from jsonb_to_recordset($1) as row (id uuid, slug text, name text, description text, category_id uuid, price_amount bigint, stock integer,
           image_url text, tags text[], popularity integer, created_at timestamptz)
   where not exists (select from products p where p.id = row.id)
  on conflict do nothing`;

const batch = 10_000;
const writers = 2; // index upkeep is the work, and a core's worth of it each

/**
 * Adds generated products number 1 to `count`, each batch in a transaction of its own; those that are there already stay as they are,
 * so an interrupted run is finished by the next.
 * @param report hears how many are done, about ten times
 */
export async function writeLargeCatalog(url: string, count: number, report: (done: number) => void): Promise<void> {
  const step = Math.max(batch, Math.ceil(count / 10));
  let next = 1;
  let done = 0;
  let reported = 0;
  const write = async (client: pg.Client) => {
    await client.query(`set statement_timeout = 0; set gin_pending_list_limit = '64MB'`); // let the search index (GIN) collect more words before it merges them
    while (next <= count) {
      const from = next;
      next += batch;
      const size = Math.min(batch, count - from + 1);
      const rows = Array.from({ length: size }, (_, i) => generatedProduct(from + i));
      await client.query(statement, [JSON.stringify(rows)]);
      done += size;
      if (done === count || done >= reported + step) {
        reported = done;
        report(done);
      }
    }
  };
  const stopAll = (error: unknown) => {
    next = count + 1;
    throw error;
  };
  await Promise.all(Array.from({ length: writers }, () => connected(url, write).catch(stopAll)));
  await connected(url, async (client) => {
    await client.query('set statement_timeout = 0');
    await client.query('vacuum (analyze) products'); // also empties the search indexes' lists of pending words
    await writeWords(client);
    await client.query('analyze words');
  });
}
