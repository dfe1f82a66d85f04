import { type Sql, type TransactionSql, violatedConstraint } from '#platform/db/sql.ts';
import { type Part, together } from '#platform/db/together.ts';
import { Problem } from '#platform/errors.ts';
import type { KelvoEvent } from '#platform/events/event.ts';
import { insertEvents, newEvent, publishAfterCommit } from '#platform/events/outbox.pg.ts';
import { productArchived, productChanged } from './contract.ts';
import type { ProductRow } from './products.pg.ts';
import { slugTaken } from './slug.ts';

/** The fields of a product that an admin sets. Stock is changed separately, by `moveStock`. */
export type ProductFields = Pick<ProductRow, 'slug' | 'name' | 'description' | 'category_id' | 'price_amount' | 'image_url' | 'tags'>;

const dataOf = (id: string, at: Date) => ({ productId: id, updatedAt: at.toISOString() });
const changed = (id: string, at: Date) => newEvent(productChanged, id, dataOf(id, at), at);
const archived = (id: string, at: Date) => newEvent(productArchived, id, dataOf(id, at), at);

const written = [
  'slug',
  'name',
  'description',
  'category_id',
  'price_amount',
  'image_url',
  'tags',
] as const satisfies (keyof ProductFields)[];

/** Adds a product without stock, and its event. @returns false when another one has the slug */
export async function insertProduct(sql: TransactionSql, id: string, fields: ProductFields, now: Date): Promise<boolean> {
  const event = changed(id, now);
  const rows = await together(
    sql,
    {
      added: (bind) =>
        `insert into products (id, created_at, updated_at, ${written.join(', ')})
         values (${bind(id)}, ${bind(now)}, ${bind(now)}, ${written.map((column) => bind(fields[column])).join(', ')})
         on conflict (slug) where archived_at is null do nothing returning id`,
      event: insertEvents([event], 'added'),
    },
    'select 1 as added from added',
  ).catch(explain);
  if (rows.length === 0) return false;
  publishAfterCommit(sql, [event]);
  return true;
}

/**
 * Writes a locked product's fields, and its event.
 * @param at of `changedAt`
 * @throws Problem 409 `slug-taken`, 422 `unknown-category`
 */
export const updateProduct = (sql: TransactionSql, id: string, fields: ProductFields, at: Date): Promise<void> =>
  changeWithEvent(sql, changed(id, at), (bind) => {
    const columns = written.map((column) => `${column} = ${bind(fields[column])}`);
    return `update products set updated_at = ${bind(at)}, ${columns.join(', ')} where id = ${bind(id)}`;
  });

/** Whether an order names a product. */
export async function isOrdered(sql: Sql, id: string): Promise<boolean> {
  return (await sql('select 1 as named from order_items where product_id = $1 limit 1', [id])).length === 1;
}

/** Takes a locked product off the shelf, and writes its event. @param at of `changedAt` */
export const archiveProduct = (sql: TransactionSql, id: string, at: Date): Promise<void> =>
  changeWithEvent(
    sql,
    archived(id, at),
    (bind) => `update products set archived_at = ${bind(at)}, updated_at = ${bind(at)} where id = ${bind(id)}`,
  );

/** Deletes a locked product and its stock movements, and writes its event. @param at of `changedAt` */
export const deleteProductRow = (sql: TransactionSql, id: string, at: Date): Promise<void> =>
  changeWithEvent(sql, archived(id, at), (bind) => `delete from products where id = ${bind(id)}`);

/** Runs a change of one product, and writes its event in the same statement. */
async function changeWithEvent(sql: TransactionSql, event: KelvoEvent, change: Part): Promise<void> {
  await together(sql, { change, event: insertEvents([event]) }, 'select').catch(explain);
  publishAfterCommit(sql, [event]);
}

function explain(error: unknown): never {
  const constraint = violatedConstraint(error);
  if (constraint === 'products_slug') throw slugTaken();
  if (constraint === 'products_category_id_fkey') {
    throw new Problem('unprocessable', 'unknown-category', 'There is no such category.', {
      errors: [{ pointer: '/categoryId', message: 'names no category' }],
    });
  }
  throw error;
}
