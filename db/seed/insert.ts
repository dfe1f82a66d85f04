import type pg from 'pg';

/** Inserts rows by their column names (and types), all in one statement. */
export async function insert<Returned extends object = never>(
  client: pg.ClientBase,
  table: string,
  columns: Record<string, string>,
  rows: readonly object[],
  ending = '',
): Promise<Returned[]> {
  const names = Object.keys(columns).join(', ');
  const types = Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
  const statement = `insert into ${table} (${names}) select ${names} from jsonb_to_recordset($1) as row (${types}) ${ending}`;
  return (await client.query<Returned & pg.QueryResultRow>(statement, [JSON.stringify(rows)])).rows;
}
