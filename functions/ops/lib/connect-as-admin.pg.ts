import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { config, required } from '#platform/config.ts';
import { isOutage } from '#platform/db/outage.ts';
import { readAdminSecret } from './admin-secret.client.ts';

/** A session of the database's admin. */
export type AdminConnection = pg.Client;

const patienceMs = 20_000;
const pauseMs = 500;
const noSuchDatabase = '3D000';

/**
 * Opens a connection to the database itself (never by RDS Proxy) as its admin; the database is made if it is missing. One that does not answer is
 * asked again for 20 s: a fail-over takes about as long, and so does a rotation of the secret.
 * @throws Error that names the host, and why it does not answer
 */
export async function connectAsAdmin(signal?: AbortSignal): Promise<pg.Client> {
  const url = new URL(required('DATABASE_ADMIN_URL'));
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await connect(url);
    } catch (error) {
      if ((error as { code?: string }).code === noSuchDatabase) await createDatabase(url);
      else if (!isOutage(error) || Date.now() > deadline || signal?.aborted)
        throw new Error(`The database at ${url.host} cannot be signed in to`, { cause: error });
      else await setTimeout(pauseMs);
    }
  }
}

async function connect(url: URL): Promise<pg.Client> {
  const arn = config.DATABASE_ADMIN_SECRET_ARN; // none locally, where the URL says it all
  const client = new pg.Client({
    host: url.hostname,
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(arn && (await readAdminSecret(arn))),
    ...(config.DATABASE_AUTH === 'iam' && { ssl: { rejectUnauthorized: true } }),
    connectionTimeoutMillis: 6_000,
    keepAlive: true,
  });
  client.on('error', () => undefined); // a connection that dies between two statements: the next one fails
  await client.connect();
  return client;
}

async function createDatabase(url: URL): Promise<void> {
  const maintenance = new URL('/postgres', url);
  const client = await connect(maintenance);
  const name = decodeURIComponent(url.pathname.slice(1));
  try {
    await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42P04') throw error; // somebody else has made it
  } finally {
    await client.end();
  }
}
