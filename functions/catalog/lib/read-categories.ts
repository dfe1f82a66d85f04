import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { AnswerOf, Params, Query } from '#platform/http/contract.ts';
import { categoryOrder, selectCategories, selectCategory } from './categories.pg.ts';
import type { Category, getCategoryRoute, listCategoriesRoute } from './contract.ts';

/** A page of categories, by name. */
export function listCategories(sql: Sql, paging: Query<typeof listCategoriesRoute>): Promise<AnswerOf<typeof listCategoriesRoute>> {
  return listPage(paging, {
    order: categoryOrder,
    filters: {},
    select: (slice) => selectCategories(sql, slice),
    sortValue: (category) => category.name,
    itemOf: (category) => category,
  });
}

/** @throws Problem 404 `category-not-found` */
export async function getCategory(sql: Sql, { id }: Params<typeof getCategoryRoute>): Promise<Category> {
  const category = await selectCategory(sql, id);
  if (!category) throw categoryNotFound();
  return category;
}

export const categoryNotFound = () => new Problem('missing', 'category-not-found', 'There is no category with this id.');
