import type pg from 'pg';

/** Writes the catalog's words, counted anew: searches are mended to them. */
export async function writeWords(client: pg.ClientBase): Promise<void> {
  await client.query(`insert into words (word, lexeme, products) select word, lexeme, products from catalog_words() order by word
    on conflict (word) do update set products = excluded.products where words.products <> excluded.products`);
}
