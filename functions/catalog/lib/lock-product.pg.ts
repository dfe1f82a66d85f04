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
