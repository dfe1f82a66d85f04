import { decodeCursor, encodeCursor, pageOf } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import { selectCategories, selectCategory } from './categories.pg.ts';
import type { Category, listCategoriesRoute } from './contract.ts';

/** A page of categories, by name. */
export async function listCategories(sql: Sql, query: Query<typeof listCategoriesRoute>): Promise<AnswerOf<typeof listCategoriesRoute>> {
  const { limit, cursor, skip = 0 } = query;
  const after = cursor === undefined ? undefined : decodeCursor(cursor, 'name', {}, ['text']);
  const rows = await selectCategories(sql, { after, skip, limit: limit + 1 });
  return pageOf(
    rows,
    limit,
    (row) => row,
    (last) => encodeCursor('name', { values: [last.name], id: last.id }, {}),
  );
}

/** @throws Problem 404 `category-not-found` */
export async function getCategory(sql: Sql, id: string): Promise<Category> {
  const category = await selectCategory(sql, id);
  if (!category) throw categoryNotFound();
  return category;
}

export const categoryNotFound = () => new Problem('missing', 'category-not-found', 'There is no category with this id.');
