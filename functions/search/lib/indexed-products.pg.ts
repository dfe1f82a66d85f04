import type { Sql } from '#platform/db/sql.ts';
import { nameKey, type ProductDocument } from './opensearch-documents.ts';

/** A product's row for the index. `version` is its `updated_at` in milliseconds: of two readings the later one has the higher, or the same. */
export interface IndexedProduct {
  id: string;
  version: number;
  /** Null: it is off the shelf. */
  document: ProductDocument | null;
}

type Row = Omit<ProductDocument, 'name_key'> & { version: number; archived: boolean };

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
const columns = `p.id, p.name, tsvector_to_array(p.w_name) as words_in_name, tsvector_to_array(p.w_title) as words_in_title,
  tsvector_to_array(p.w_all) as words, p.category_id as category, p.tags, p.price_amount::float8 as price, p.popularity,
  ${ms('p.created_at')} as created, p.stock > 0 as in_stock, ${ms('p.updated_at')} as version, p.archived_at is not null as archived`;

const productOf = ({ version, archived, ...row }: Row): IndexedProduct => ({
  id: row.id,
  version,
  document: archived ? null : { ...row, name_key: nameKey(row.name) },
});

/** Those of the products that there are, archived or not. */
export async function selectIndexed(sql: Sql, ids: readonly string[]): Promise<IndexedProduct[]> {
  return (await sql<Row>(`select ${columns} from products p where p.id = any($1::uuid[])`, [ids])).map(productOf);
}

/** The next products on the shelf, in the order of their ids. */
export async function selectIndexedAfter(sql: Sql, after: string, limit: number): Promise<IndexedProduct[]> {
  const rows = await sql<Row>(`select ${columns} from products p where p.id > $1 and p.archived_at is null order by p.id limit $2`, [
    after,
    limit,
  ]);
  return rows.map(productOf);
}

/** About how many products there are, as the planner knows it. */
export async function estimateProducts(sql: Sql): Promise<number> {
  const [row] = await sql<{ products: number }>(
    `select greatest(reltuples, 0)::float8 as products from pg_class where oid = 'products'::regclass`,
  );
  return row?.products ?? 0;
}

/**
 * Products of which pieces came or went since an instant, in the order of their ids: those whose stock or popularity may have changed, which no event
 * tells. Ids of movements begin with their time, so the primary key finds them.
 */
export async function selectMoved(sql: Sql, since: Date, after: string, limit: number): Promise<string[]> {
  const first = `${since
    .getTime()
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}-0000-0000-000000000000`;
  const rows = await sql<{ product_id: string }>(
    'select distinct product_id from stock_movements where id >= $1::uuid and product_id > $2 order by product_id limit $3',
    [first, after, limit],
  );
  return rows.map(({ product_id }) => product_id);
}
