/** Digests of all rows of a database, so that a replay can tell which were added, changed and deleted. */
import type pg from 'pg';
import type { Counts } from './expectation.ts';

type Query = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;

/** Rows' digests by table and primary key. */
export type Contents = Map<string, Map<string, string>>;

const primaryKeys = `
select c.relname as name, array_agg(quote_ident(a.attname) order by array_position(i.indkey::int2[], a.attnum)) as key
  from pg_index i
  join pg_class c on c.oid = i.indrelid
  join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
 where i.indisprimary and c.relnamespace = 'public'::regnamespace
 group by c.relname order by c.relname`;

/** Reads the digest of every row of every table. */
export async function readContents(query: Query): Promise<Contents> {
  const tables = await query<{ name: string; key: string[] }>(primaryKeys);
  const parts = tables.map(
    ({ name, key }) => `select '${name}' as name, row(${key.join(', ')})::text as key, md5(t::text) as digest from "${name}" t`,
  );
  const rows = await query<{ name: string; key: string; digest: string }>(parts.join(' union all '));
  const contents: Contents = new Map(tables.map(({ name }) => [name, new Map()]));
  for (const { name, key, digest } of rows) contents.get(name)?.set(key, digest);
  return contents;
}

/** What changed between two readings; tables that stayed as they were are left out. */
export function changesBetween(before: Contents, after: Contents): Record<string, Counts> {
  const changes: Record<string, Counts> = {};
  for (const [table, now] of after) {
    const then = before.get(table) ?? new Map<string, string>();
    const inserted = [...now.keys()].filter((key) => !then.has(key)).length;
    const deleted = [...then.keys()].filter((key) => !now.has(key)).length;
    const updated = [...now].filter(([key, digest]) => then.has(key) && then.get(key) !== digest).length;
    const counts = { ...(inserted > 0 && { inserted }), ...(updated > 0 && { updated }), ...(deleted > 0 && { deleted }) };
    if (Object.keys(counts).length > 0) changes[table] = counts;
  }
  return changes;
}

/** A statement runner over a pool. */
export const queryOn =
  (pool: pg.Pool): Query =>
  async <Row extends object>(text: string, values: unknown[] = []) =>
    (await pool.query(text, values)).rows as Row[];
export type { Query };
