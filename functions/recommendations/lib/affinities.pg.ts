import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import type { Affinity } from './affinity.ts';

/** Notes that products are to be trained, because of an order. */
export async function noteDue(sql: Sql, orderId: string, productIds: readonly string[]): Promise<void> {
  await sql(
    `insert into affinity_due (product_id, order_id) select product_id, $1 from unnest($2::uuid[]) as noted (product_id) order by product_id
     on conflict do nothing`,
    [orderId, productIds],
  );
}

/** Up to `limit` products that are to be trained, by id, from behind `after`. */
export async function selectDue(sql: Sql, after: string, limit: number): Promise<string[]> {
  const rows = await sql<{ product_id: string }>(
    'select distinct product_id from affinity_due where product_id > $1 order by product_id limit $2',
    [after, limit],
  );
  return rows.map(({ product_id }) => product_id);
}

/**
 * Takes what is noted of products, until the transaction ends: what is noted from now on stays for the next run. To be done before their orders are read,
 * so that no order falls between.
 * @returns false when another run is at work. Two at once could write what the slower one read earlier
 */
export async function takeDue(sql: TransactionSql, productIds: readonly string[]): Promise<boolean> {
  const [row] = await sql<{ alone: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('recommendations/train-affinities', 0)) as alone`,
  );
  if (!row?.alone) return false;
  await sql('delete from affinity_due where product_id = any($1::uuid[])', [productIds]);
  return true;
}

/** Writes what goes with products, in place of what was there before. */
export async function writeAffinities(sql: TransactionSql, trained: ReadonlyMap<string, readonly Affinity[]>, now: Date): Promise<void> {
  const pairs = [...trained].flatMap(([productId, others]) => others.map(({ id, score }) => ({ productId, id, score })));
  await sql(
    `with pair as (select * from unnest($2::uuid[], $3::uuid[], $4::real[]) as pair (product_id, other_id, score)),
          gone as (
            delete from product_affinity a
             where a.product_id = any($1::uuid[])
               and not exists (select from pair where pair.product_id = a.product_id and pair.other_id = a.other_id))
     insert into product_affinity (product_id, other_id, score, trained_at) select product_id, other_id, score, $5 from pair
     on conflict (product_id, other_id) do update set score = excluded.score, trained_at = excluded.trained_at`,
    [[...trained.keys()], pairs.map(({ productId }) => productId), pairs.map(({ id }) => id), pairs.map(({ score }) => score), now],
  );
}

/** Deletes what went with products that were not sold, and so not trained, since an instant. Those off the shelf are among them. */
export const deleteOldAffinities = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'product_affinity', instant: 'trained_at' }, before, limit);
