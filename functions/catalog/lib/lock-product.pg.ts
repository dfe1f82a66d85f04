import type { Sql } from '#platform/db/sql.ts';
import { type ProductRow, productColumns } from './products.pg.ts';

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

/** Locks the rows of the most popular products that can be ordered, until the transaction ends; in id order, as orders do, so that neither waits for the other for ever. */
export async function lockPopularProducts(sql: Sql, most: number): Promise<void> {
  await sql(
    `select id from products
      where id = any(array(select id from products where archived_at is null and stock > 0 order by popularity desc, id limit $1))
      order by id for update`,
    [most],
  );
}
