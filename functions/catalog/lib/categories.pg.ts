import type { Place } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Category } from './contract.ts';

/** Categories by name; one more than `limit` is asked for, so that the caller sees whether more follow. */
export async function selectCategories(sql: Sql, page: { after: Place | undefined; skip: number; limit: number }): Promise<Category[]> {
  return sql<Category>(
    `select id, slug, name, description from categories
      where $1::text is null or (name, id) > ($1, $2::uuid)
      order by name, id limit $3 offset $4`,
    [page.after?.values[0] ?? null, page.after?.id ?? null, page.limit, page.skip],
  );
}

export async function selectCategory(sql: Sql, id: string): Promise<Category | undefined> {
  const [row] = await sql<Category>('select id, slug, name, description from categories where id = $1', [id]);
  return row;
}
