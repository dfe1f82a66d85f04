import type pg from 'pg';

/** Writes the catalog's words, counted anew: searches are mended to them. */
export async function writeWords(client: pg.ClientBase): Promise<void> {
  await client.query(`insert into words (word, lexeme, products) select word, lexeme, products from catalog_words() order by word
    on conflict (word) do update set products = excluded.products where words.products <> excluded.products`);
  // All products were read: `search/count-words` has to look only at what is written from here on, and an hour before.
  await client.query(
    `update word_marks set changed_since = now() - interval '1 hour' where products_after is null and changed_since is null`,
  );
}
