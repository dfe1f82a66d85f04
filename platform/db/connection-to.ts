import pg from 'pg';
import { iamToken } from '../auth/iam-token.ts';
import { config } from '../config.ts';
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
 * How a connection to a server is made. With IAM the server proves itself too: the name in its certificate must be the one that was dialled. RDS Proxy's
 * certificate is public, RDS's own needs NODE_EXTRA_CA_CERTS (template.yaml).
 * @param connectMs how long a connection may take at most
 */
export function connectionTo(address: string, connectMs: number): pg.ClientConfig {
  const url = new URL(address);
  const iam = config.DATABASE_AUTH === 'iam';
  return {
    connectionString: address,
    ...(iam ? { password: () => signIn(url), ssl: { rejectUnauthorized: true } } : {}),
    connectionTimeoutMillis: connectMs,
    query_timeout: config.DATABASE_QUERY_TIMEOUT_MS,
    keepAlive: true,
    types,
  };
}
