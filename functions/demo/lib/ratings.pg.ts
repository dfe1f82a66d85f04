import type { Sql } from '#platform/db/sql.ts';

/** Fills the table that platform/db/slow-plan.ts reads, if it is empty: 2.6 MB, read once for each of its ten products, which takes a processor 0.12 s together. */
export async function fillRatings(sql: Sql): Promise<void> {
  await sql(
    `insert into demo_ratings (product, stars) select 'product-' || n % 500, 1 + n % 5 from generate_series(1, 50000) n
      where not exists (select from demo_ratings)`,
  );
}

/** Gives the table's space back. Waits for those who read it just now. */
export async function emptyRatings(sql: Sql): Promise<void> {
  const [row] = await sql<{ filled: boolean }>('select exists (select from demo_ratings) as filled');
  if (row?.filled) await sql('truncate demo_ratings');
}
