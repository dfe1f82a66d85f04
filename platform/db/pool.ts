import pg from 'pg';
import { iamToken } from '../auth/iam-token.ts';
import { config } from '../config.ts';
import { perProcess } from '../per-process.ts';
import { timestampFromPostgres } from './timestamp.ts';

const int8 = 20;
const timestamptz = 1184;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === int8) return safeInteger;
    if (oid === timestamptz) return timestampFromPostgres;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('A bigint from the database does not fit a JavaScript number');
  return value;
}

const signIn = (url: URL) =>
  iamToken('rds-db', `${url.hostname}:${url.port || 5432}`, { Action: 'connect', DBUser: decodeURIComponent(url.username) });

/** The process's connections: one on Lambda, more where one process serves many requests. */
export function connectionPool(): pg.Pool {
  return perProcess('pg', () => {
    const url = new URL(config.DATABASE_URL);
    const iam = config.DATABASE_AUTH === 'iam';
    const pool = new pg.Pool({
      connectionString: config.DATABASE_URL,
      ...(iam ? { password: () => signIn(url), ssl: { rejectUnauthorized: true } } : {}),
      max: config.DATABASE_POOL_MAX,
      connectionTimeoutMillis: 6_000, // long enough to queue during a burst; a database that is down refuses at once
      idleTimeoutMillis: 600_000, // below RDS Proxy's 30 minutes
      query_timeout: config.DATABASE_QUERY_TIMEOUT_MS,
      keepAlive: true,
      types,
      allowExitOnIdle: true,
    });
    pool.on('error', () => undefined); // an idle connection died: the pool has dropped it, and the next check-out opens another
    // A checked-out connection that dies between two statements emits 'error', and an 'error' without a listener ends the process. The next
    // statement on it fails anyway.
    pool.on('connect', (client) => void client.on('error', () => undefined));
    return pool;
  });
}
