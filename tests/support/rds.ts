import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '#local/services/postgres.ts';

/** A PostgreSQL of a test's own, as RDS gives it: its admin is no superuser, and the group of roles that sign in by IAM is there. */
export interface Rds {
  /** Signs in as a superuser, to the database `postgres`. */
  superUrl: string;
  /** Signs in as kelvo_admin, to the database `kelvo`, which is not there at first. */
  adminUrl: string;
  /** Runs a statement as superuser, on the database `kelvo` unless another is named. */
  query<Row extends object = Record<string, unknown>>(text: string, database?: string): Promise<Row[]>;
  stop(): Promise<void>;
}

// What kelvo_admin may do on RDS by being in rds_superuser, as far as a shop needs it.
const roles = `
  create role rds_iam;
  create role kelvo_admin login createrole createdb password 'admin-password';
  grant rds_iam, pg_monitor, pg_signal_backend to kelvo_admin with admin option`;

export async function startRds(): Promise<Rds> {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-rds-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), throwaway: true });
  const at = (database: string, user = 'postgres') => {
    const url = new URL(`/${database}`, postgres.url);
    url.username = user;
    return url.href;
  };
  const query = async <Row extends object>(text: string, database = 'kelvo') => {
    const client = new pg.Client({ connectionString: at(database) });
    await client.connect();
    return (await client.query(text).finally(() => client.end())).rows as Row[];
  };
  await query('drop database if exists kelvo', 'postgres');
  await query(roles, 'postgres');
  return {
    superUrl: at('postgres'),
    adminUrl: at('kelvo', 'kelvo_admin'),
    query,
    stop: async () => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A server on this machine that notes what it is asked. */
export interface Listener {
  url: string;
  asked: { method: string; headers: IncomingMessage['headers']; body: string }[];
  stop(): void;
}

/** @param answer status and body of the n-th answer, from 0 */
export async function listen(answer: (n: number) => { status: number; body?: string } = () => ({ status: 200 })): Promise<Listener> {
  const asked: Listener['asked'] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, body = '' } = answer(asked.length);
    asked.push({ method: request.method ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(status).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
