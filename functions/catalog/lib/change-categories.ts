import { noteWords } from '#functions/search/lib/note-words.ts';
import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { transaction } from '#platform/db/sql.ts';
import type { Body, Params } from '#platform/http/contract.ts';
import { newId } from '#platform/ids.ts';
import { deleteCategoryRow, insertCategory, lockCategory, writeCategory } from './categories.pg.ts';
import type { Category, createCategoryRoute, deleteCategoryRoute, updateCategoryRoute } from './contract.ts';
import { categoryNotFound } from './read-categories.ts';
import { addUnderOneOf, slugsFor } from './slug.ts';

/** Adds a category. @throws Problem 409 `slug-taken` for a slug that was asked for */
export function createCategory(body: Body<typeof createCategoryRoute>, { actor, now }: { actor: string; now: Date }): Promise<Category> {
  const id = newId();
  const category = { id, slug: '', name: body.name, description: body.description ?? '' };
  const slugs = body.slug === undefined ? slugsFor(body.name, 'category', id) : [body.slug];
  return transaction(async (sql) => {
    await addUnderOneOf(slugs, (slug) => insertCategory(sql, Object.assign(category, { slug })));
    await noteWords(sql, category.name);
    await recordChange(sql, actor, { action: 'category.created', subject: `category:${id}`, before: null, after: category }, now);
    return category;
  });
}

/** Changes a category; what the body leaves out stays. @throws Problem 404 `category-not-found`; 409 `slug-taken` */
export function updateCategory(
  { id, ...body }: Params<typeof updateCategoryRoute> & Body<typeof updateCategoryRoute>,
  { actor, now }: { actor: string; now: Date },
): Promise<Category> {
  return transaction(async (sql) => {
    const before = await lockCategory(sql, id);
    if (!before) throw categoryNotFound();
    const after = { id, slug: body.slug ?? before.slug, name: body.name, description: body.description ?? before.description };
    await writeCategory(sql, after);
    await noteWords(sql, after.name);
    await recordChange(sql, actor, { action: 'category.updated', subject: `category:${id}`, before, after }, now);
    return after;
  });
}

/** Deletes a category. @throws Problem 404 `category-not-found`; 409 `category-in-use` while products are in it */
export function deleteCategory({ id }: Params<typeof deleteCategoryRoute>, { actor, now }: { actor: string; now: Date }): Promise<void> {
  return transaction(async (sql) => {
    const before = await lockCategory(sql, id);
    if (!before) throw categoryNotFound();
    await deleteCategoryRow(sql, id);
    await recordChange(sql, actor, { action: 'category.deleted', subject: `category:${id}`, before, after: null }, now);
  });
}
