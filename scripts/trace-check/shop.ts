import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Gateway, startGateway } from '#local/gateway/server.ts';
import { localSecrets } from '#local/secrets.ts';
import { startPostgres } from '#local/services/postgres.ts';
import { startRedis } from '#local/services/redis.ts';
import { readTemplate } from '#local/template.ts';
import { localParameters, localVariables } from '#local/values.ts';
import { migrate } from '../../db/migrate.ts';
import { seedIfEmpty } from '../../db/seed/run.ts';
import { buildFunctions } from '../build-functions.ts';
import { root } from '../function-files.ts';
import { type Invocation, invokeTraced, type Traced } from './invoke.ts';
import { installTools } from './tools.ts';

/** The built functions, each to be run alone behind Datadog's handler, on stores of their own and a bus that shows what it took. */
export interface TracedShop {
  invoke<Result>(logicalId: string, invocation: Invocation, options?: Parameters<typeof invokeTraced>[3]): Promise<Traced<Result>>;
  /** The function's name, and its queue's or stream's. */
  nameOf(logicalId: string): string;
  sql: pg.Client;
  bus: Gateway;
  productId: string;
  hasRedis: boolean;
  stop(): Promise<void>;
}

export async function startTracedShop(): Promise<TracedShop> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const tools = installTools();
    const folder = mkdtempSync(join(tmpdir(), 'kelvo-trace-check-'));
    stops.push(() => rmSync(folder, { recursive: true, force: true }));
    await buildFunctions();
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), throwaway: true });
    stops.push(() => postgres.stop());
    const redis = await startRedis();
    if (redis) stops.push(() => redis.stop());
    await migrate(postgres.url);
    await seedIfEmpty(postgres.url);
    const sql = new pg.Client({ connectionString: postgres.url });
    await sql.connect();
    stops.push(() => sql.end());
    const bus = await startGateway({ functions: [], env: {} });
    stops.push(() => bus.close(0));

    const databaseUrl = new URL(postgres.url);
    databaseUrl.username = 'kelvo_app';
    const secrets = localSecrets(folder);
    const local = localVariables({ databaseUrl: databaseUrl.href, redisUrl: redis?.url ?? null, gatewayPort: bus.port, secrets });
    const { functions } = readTemplate(join(root, 'template.yaml'), {
      parameters: {
        ...localParameters,
        Instrumentation: 'layer',
        DatadogNodeLayerArn: 'a',
        DatadogExtensionLayerArn: 'b',
        DatadogApiKeySecretArn: 'c',
      },
      variables: local,
    });
    const find = (logicalId: string) => {
      const fn = functions.find((each) => each.logicalId === logicalId);
      assert(fn, `the template has no ${logicalId}`);
      return fn;
    };
    const { rows } = await sql.query('select id from products where stock >= 60 limit 1');
    return {
      invoke: (logicalId, invocation, options) => invokeTraced(find(logicalId), invocation, { ...tools, folder }, options),
      nameOf: (logicalId) => find(logicalId).name,
      sql,
      bus,
      productId: rows[0].id as string,
      hasRedis: redis !== null,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
