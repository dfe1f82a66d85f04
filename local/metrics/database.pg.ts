/** What /_local/metrics asks of the database, by a session of its own: while all others are held, it still answers. */
import pg from 'pg';

export interface DatabaseState {
  outboxUnsent: number;
  outboxOldestSeconds: number;
  /** Sessions by state, this one aside. */
  sessions: Record<string, number>;
  waitingForLocks: number;
  /** The strength of each fault that is on. */
  faults: Record<string, number>;
}

export interface DatabaseReader {
  read(): Promise<DatabaseState>;
  end(): Promise<void>;
}

const statement = `
  select (select count(*)::int from outbox where published_at is null) as unsent,
         (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 from outbox where published_at is null) as oldest,
         (select coalesce(jsonb_object_agg(state, count), '{}')
            from (select state, count(*) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid() and state is not null group by state) s) as sessions,
         (select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waiting,
         (select coalesce(jsonb_object_agg(name, strength), '{}')
            from (select f.name, max(f.strength) as strength from demo_faults f join demo_runs r on r.id = f.run_id
                   where r.ended_at is null and f.starts_at <= clock_timestamp() and f.ends_at > clock_timestamp() group by f.name) f) as faults`;

interface Row {
  unsent: number;
  oldest: number;
  sessions: Record<string, number>;
  waiting: number;
  faults: Record<string, number>;
}

/** @param url signs in as a role that may see what other sessions do */
export function readDatabase(url: string, limitMs: number): DatabaseReader {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    allowExitOnIdle: true,
    application_name: 'kelvo-metrics',
    connectionTimeoutMillis: limitMs,
    query_timeout: limitMs,
  });
  pool.on('error', () => undefined);
  return {
    async read() {
      const { rows } = await pool.query<Row>(statement);
      const [row] = rows as [Row];
      const { unsent, oldest, sessions, waiting, faults } = row;
      return { outboxUnsent: unsent, outboxOldestSeconds: Math.max(0, oldest), sessions, waitingForLocks: waiting, faults };
    },
    end: () => pool.end(),
  };
}
