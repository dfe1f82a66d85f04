import pg from 'pg';
import { config } from '../config.ts';
import { faultNow } from '../faults/faults.ts';
import { perProcess } from '../per-process.ts';
import { connectionTo } from './connection-to.ts';

/** Where a pool's connections lead. The pool itself is asked: it may be another bundle's of this process. */
export function serverOf(pool: pg.Pool): { host: string; port: number; database: string } {
  const { hostname, port, pathname } = new URL(pool.options.connectionString ?? 'postgresql://unknown');
  return { host: hostname, port: Number(port) || 5432, database: pathname.slice(1) };
}

/**
 * A pool of connections to one server.
 * @param connectMs how long a request waits for a connection at most
 */
export function poolTo(address: string, connectMs: number): pg.Pool {
  const pool = new pg.Pool({
    ...connectionTo(address, connectMs),
    max: config.DATABASE_POOL_MAX,
    idleTimeoutMillis: 600_000, // below RDS Proxy's 30 minutes
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
export function connectionPool(): pg.Pool {
  const pool = perProcess('pg', () => poolTo(config.DATABASE_URL, connectMs));
  const fault = faultNow('pool-exhaustion');
  if (fault) void import('./held-connections.ts').then(({ holdConnections }) => holdConnections(pool, fault));
  return pool;
}
