import type { Sql } from '#platform/db/sql.ts';

export interface NamedCategory {
  id: string;
  slug: string;
  name: string;
}

/** Categories by id, or by slug. */
export const selectNamedCategories = (sql: Sql, { ids = [], slugs = [] }: { ids?: readonly string[]; slugs?: readonly string[] }) =>
  sql<NamedCategory>('select id, slug, name from categories where id = any($1::uuid[]) or slug = any($2::text[])', [ids, slugs]);
