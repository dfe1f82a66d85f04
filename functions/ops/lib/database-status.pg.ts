import type { Sql } from '#platform/db/sql.ts';
import type { DatabaseStatus } from './tasks.ts';

/** How the database is, for a person: its schema, its size, and who is connected. */
export async function readStatus(sql: Sql): Promise<DatabaseStatus> {
  const [about] = await sql<{ version: string | null; size: string; most: number }>(
    `select (select max(name) from schema_migrations) as version, pg_database_size(current_database()) as size,
            current_setting('max_connections')::int as most`,
  );
  const connections = await sql<DatabaseStatus['connections'][number]>(
    `select r.rolname as role, count(a.pid)::int as open, r.rolconnlimit as limit, r.rolcanlogin as "canLogin"
       from pg_roles r left join pg_stat_activity a on a.usename = r.rolname
      where r.rolname in ('kelvo_app', 'kelvo_admin', 'kelvo_control', 'datadog') or a.pid is not null
      group by 1, 3, 4 order by 1`,
  );
  return { schemaVersion: about?.version ?? null, sizeBytes: Number(about?.size), maxConnections: about?.most ?? 0, connections };
}
