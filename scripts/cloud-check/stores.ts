import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '#local/services/ports.ts';
import { startPostgres } from '#local/services/postgres.ts';
import { findRedis, startRedis } from '#local/services/redis.ts';

export interface StageStores {
  stage: string;
  /** Port of PostgreSQL: TLS for all but our own superuser. */
  postgres: number;
  /** Port of Redis with TLS; null where Redis is not installed. */
  redis: number | null;
  /** Port of the same Redis without TLS, for the emulator itself. */
  redisPlain: number | null;
  /** Signs in as a superuser, without TLS. */
  adminUrl: string;
  stop(): Promise<void>;
}

/** Who may sign in, as RDS sees it. An IAM token is not checked: nothing here could; the others' passwords are. */
const hostRules = [
  'host    all  postgres  127.0.0.1/32  trust',
  'hostssl all  +rds_iam  127.0.0.1/32  trust',
  'hostssl all  all       127.0.0.1/32  scram-sha-256',
];

/** What RDS has before anybody signs in. pg_stat_statements is made here, because rds_superuser's right to make it has no match in plain PostgreSQL. */
const asRdsBegins = `
  create role rds_superuser;
  create role rds_iam;
  create extension if not exists pg_stat_statements`;

/** A stage's PostgreSQL and Redis, both with TLS by our own authority. They leave nothing behind. @param folder has server.pem and server.key */
export async function startStageStores(stage: string, folder: string): Promise<StageStores> {
  const tls = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  const postgres = await startPostgres({ dataDir: join(folder, `postgres-${stage}`), throwaway: true, tls, hostRules });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(asRdsBegins).finally(() => client.end());
  const tlsPort = findRedis() === null ? null : await freePort();
  const redis = tlsPort === null ? null : await startRedis({ tls: { ...tls, authority: join(folder, 'ca.pem'), port: tlsPort } });
  return {
    stage,
    postgres: postgres.port,
    redis: tlsPort,
    redisPlain: redis?.port ?? null,
    adminUrl: postgres.url,
    stop: async () => void (await Promise.all([postgres.stop(), redis?.stop()])),
  };
}
