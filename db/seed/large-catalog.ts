import { connected } from './connection.ts';
import { generatedProduct } from './generated-product.ts';
import { inBatches } from './in-batches.ts';
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

/**
 * Adds generated products number 1 to `count`; those that are there already stay as they are, so an interrupted run is finished by the next.
 * @param report hears how many are done, about ten times
 */
export async function writeLargeCatalog(url: string, count: number, report: (done: number) => void): Promise<void> {
  await inBatches(url, { count, batch: 10_000, report }, (client, numbers) =>
    client.query(statement, [JSON.stringify(numbers.map(generatedProduct))]),
  );
  await connected(url, async (client) => {
    await client.query('set statement_timeout = 0');
    await client.query('vacuum (analyze) products'); // also empties the search indexes' lists of pending words
    await writeWords(client);
    await client.query('analyze words');
  });
}
