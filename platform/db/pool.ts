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

/**
 * A pool of connections to one server. With IAM the server proves itself too: the name in its certificate must be the one that was dialled. RDS Proxy's
 * certificate is public, RDS's own needs NODE_EXTRA_CA_CERTS (template.yaml).
 * @param connectMs how long a request waits for a connection at most
 */
export function poolTo(address: string, connectMs: number): pg.Pool {
  const url = new URL(address);
  const iam = config.DATABASE_AUTH === 'iam';
  const pool = new pg.Pool({
    connectionString: address,
    ...(iam ? { password: () => signIn(url), ssl: { rejectUnauthorized: true } } : {}),
    max: config.DATABASE_POOL_MAX,
    connectionTimeoutMillis: connectMs,
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
}

/** Long enough to queue during a burst; a database that is down refuses at once. */
const connectMs = 6_000;

/** The process's connections: one on Lambda, more where one process serves many requests. */
export const connectionPool = (): pg.Pool => perProcess('pg', () => poolTo(config.DATABASE_URL, connectMs));
