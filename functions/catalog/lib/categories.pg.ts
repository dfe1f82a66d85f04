import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import { type Sql, violatedConstraint } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Category } from './contract.ts';
import { slugTaken } from './slug.ts';

export const categoryOrder: ListOrder = { sort: 'name', column: 'name collate names', type: 'text', direction: 'asc', id: 'id' };

/** A slice of the categories. */
export async function selectCategories(sql: Sql, slice: Slice): Promise<Category[]> {
  const values: unknown[] = [];
  const { where, orderBy, limit } = keyset(slice, values);
  return sql<Category>(`select id, slug, name, description from categories where ${where} order by ${orderBy} ${limit}`, values);
}

export async function selectCategory(sql: Sql, id: string): Promise<Category | undefined> {
  const [row] = await sql<Category>('select id, slug, name, description from categories where id = $1', [id]);
  return row;
}

/** A category, its row locked until the transaction ends. */
export async function lockCategory(sql: Sql, id: string): Promise<Category | undefined> {
  const [row] = await sql<Category>('select id, slug, name, description from categories where id = $1 for update', [id]);
  return row;
}

/** @returns false when another one has the slug */
export async function insertCategory(sql: Sql, { id, slug, name, description }: Category): Promise<boolean> {
  const rows = await sql(
    'insert into categories (id, slug, name, description) values ($1, $2, $3, $4) on conflict (slug) do nothing returning 1 as added',
    [id, slug, name, description],
  );
  return rows.length === 1;
}

/** @throws Problem 409 `slug-taken` */
export async function writeCategory(sql: Sql, { id, slug, name, description }: Category): Promise<void> {
  try {
    await sql('update categories set slug = $2, name = $3, description = $4 where id = $1', [id, slug, name, description]);
  } catch (error) {
    throw violatedConstraint(error) === 'categories_slug_key' ? slugTaken() : error;
  }
}

/** Products that are off the shelf do not keep a category. @throws Problem 409 `category-in-use` */
export async function deleteCategoryRow(sql: Sql, id: string): Promise<void> {
  await sql('update products set category_id = null where category_id = $1 and archived_at is not null', [id]);
  try {
    await sql('delete from categories where id = $1', [id]);
  } catch (error) {
    if (violatedConstraint(error) !== 'products_category_id_fkey') throw error;
    throw new Problem('conflict', 'category-in-use', 'There are products in this category.');
  }
}
