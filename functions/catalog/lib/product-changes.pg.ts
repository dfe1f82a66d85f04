import { type Sql, violatedConstraint } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { type ProductRow, productColumns } from './products.pg.ts';
import { slugTaken } from './slug.ts';

/** The fields of a product that an admin sets. Stock is changed separately, by `moveStock`. */
export type ProductFields = Pick<ProductRow, 'slug' | 'name' | 'description' | 'category_id' | 'price_amount' | 'image_url' | 'tags'>;

const valuesOf = (fields: ProductFields) => [
  fields.slug,
  fields.name,
  fields.description,
  fields.category_id,
  fields.price_amount,
  fields.image_url,
  fields.tags,
];

/**
 * A product that is not archived, its row locked until the transaction ends.
 * @param against `changes` (for no key update): orders that take its stock wait; `everything` (for update): so do transactions that insert a
 *   foreign key to it, and this waits for those under way
 */
export async function lockProduct(sql: Sql, id: string, against: 'changes' | 'everything'): Promise<ProductRow | undefined> {
  const [row] = await sql<ProductRow>(
    `select ${productColumns} from products p left join categories c on c.id = p.category_id
      where p.id = $1 and p.archived_at is null for ${against === 'changes' ? 'no key update' : 'update'} of p`,
    [id],
  );
  return row;
}

/** Adds a product without stock. @returns false when another one has the slug */
export async function insertProduct(sql: Sql, id: string, fields: ProductFields, now: Date): Promise<boolean> {
  const rows = await sql(
    `insert into products (id, created_at, updated_at, slug, name, description, category_id, price_amount, image_url, tags)
     values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (slug) where archived_at is null do nothing returning 1 as added`,
    [id, now, ...valuesOf(fields)],
  ).catch(explain);
  return rows.length === 1;
}

/** @throws Problem 409 `slug-taken`, 422 `unknown-category` */
export async function updateProduct(sql: Sql, id: string, fields: ProductFields, now: Date): Promise<void> {
  await sql(
    `update products set updated_at = $2, slug = $3, name = $4, description = $5, category_id = $6, price_amount = $7, image_url = $8, tags = $9
      where id = $1`,
    [id, now, ...valuesOf(fields)],
  ).catch(explain);
}

/** Whether an order names a product. */
export async function isOrdered(sql: Sql, id: string): Promise<boolean> {
  return (await sql('select 1 as named from order_items where product_id = $1 limit 1', [id])).length === 1;
}

export async function archiveProduct(sql: Sql, id: string, now: Date): Promise<void> {
  await sql('update products set archived_at = $2, updated_at = $2 where id = $1', [id, now]);
}

/** Deletes a product and its stock movements. */
export async function deleteProductRow(sql: Sql, id: string): Promise<void> {
  await sql('delete from products where id = $1', [id]);
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
