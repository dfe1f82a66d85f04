/**
 * Starts and stops all of Kelvo on this machine: services, schema, seed, gateway, schedules. `npm start` (start.ts) adds signals
 * and output; tests call it in their own process.
 */
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { buildStaleFunctions, buildStaleWeb, copyDocs } from './fresh-build.ts';
import { type Gateway, startGateway } from './gateway/server.ts';
import { serveVite, watchBundles } from './gateway/watch.ts';
import { startPumps } from './pumps/pumps.ts';
import { startSchedules } from './pumps/schedules.ts';
import { storeUrl } from './pumps/store.pg.ts';
import { noteRunning } from './running.ts';
import { localSecrets } from './secrets.ts';
import { ensureDatabase } from './services/database.pg.ts';
import { freePort, isFree } from './services/ports.ts';
import { startPostgres } from './services/postgres.ts';
import { startRedis } from './services/redis.ts';
import { localTracing } from './tracing.ts';
import { checkConfiguration, localVariables, readLocalStack } from './values.ts';

export interface LocalOptions {
  /** Default 3000; 0 is any free one. PostgreSQL and Redis get the next two where these are free. */
  port?: number;
  /** The repository. */
  root?: string;
  /** Where data, logs and secrets are; default `.local` in the repository. */
  folder?: string;
  /**
   * DATABASE_URL and REDIS_URL in it replace services of our own; DUPLICATE_DELIVERIES=n delivers every n-th message twice; every other
   * variable replaces the template's.
   */
  shell?: Record<string, string | undefined>;
  watch?: boolean;
  /** Deletes the database when this stops. */
  throwaway?: boolean;
  /** Whether stale bundles are built first; default true. */
  build?: boolean;
  say?: (line: string) => void;
  /** Aborts a start that is under way. */
  signal?: AbortSignal;
}

export interface LocalKelvo {
  url: string;
  /** Signs in as a role that may change the schema. */
  databaseUrl: string;
  redisUrl: string | null;
  gateway: Gateway;
  stop(): Promise<void>;
}

/** Starts everything; when one part fails, or the signal comes, stops what had started and rejects. */
export async function startLocal(options: LocalOptions = {}): Promise<LocalKelvo> {
  const stops: (() => unknown)[] = [];
  // Stops in reverse order; a part that fails to stop does not keep the others running.
  const stop = async () => {
    while (stops.length > 0) await Promise.resolve(stops.pop()?.()).catch((error) => console.error(error));
  };
  try {
    return { ...(await start(options, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: LocalOptions, stops: (() => unknown)[]): Promise<Omit<LocalKelvo, 'stop'>> {
  const { root = join(import.meta.dirname, '..'), watch = false, say = () => {}, signal } = options;
  const folder = options.folder ?? join(root, '.local');
  const template = join(root, 'template.yaml');
  const step = <T>(work: Promise<T>): Promise<T> => abortable(work, signal);

  const port = options.port === 0 ? await freePort() : (options.port ?? 3000);
  if (!(await isFree(port)))
    throw new Error(`port ${port} is taken: stop what uses it, or choose another with PORT=${port > 65_000 ? 3000 : port + 10} npm start`);
  const { shell, passTracesTo } = localTracing(options.shell ?? {}, port);
  const duplicateEvery = duplicateEveryFrom(shell.DUPLICATE_DELIVERIES);
  mkdirSync(folder, { recursive: true });
  const secrets = localSecrets(folder);
  const { functions, env } = readLocalStack(template, localVariables({ ...placeholders, secrets }), shell);
  await step(checkConfiguration(env));
  // Stopping a service waits for its start, so that an aborted start leaves no process behind.
  const postgres = shell.DATABASE_URL
    ? null
    : freePort(port + 1).then((port) =>
        startPostgres({ dataDir: join(folder, 'postgres'), port, throwaway: options.throwaway ?? false, say }),
      );
  const redis = shell.REDIS_URL ? null : freePort(port + 2).then((port) => startRedis({ port, logFile: join(folder, 'redis.log'), say }));
  stops.push(() => Promise.all([postgres, redis].map((service) => service?.then((running) => running?.stop()).catch(() => {}))));
  const build =
    options.build === false ? [] : [buildStaleFunctions(root, functions, say), watch ? copyDocs(root) : buildStaleWeb(root, say)];
  const [ownPostgres, ownRedis] = await step(Promise.all([postgres, redis, ...build]));

  const databaseUrl = shell.DATABASE_URL || (ownPostgres?.url ?? '');
  const redisUrl = shell.REDIS_URL || (ownRedis?.url ?? null);
  const { migrate } = await import('../db/migrate.ts');
  const { seedIfEmpty } = await import('../db/seed/run.ts');
  await step(migrate(databaseUrl).catch(failing('the schema could not be brought up to date', databaseUrl)));
  await step(seedIfEmpty(databaseUrl).catch(failing('the seed could not be written', databaseUrl)));

  const appUrl = shell.DATABASE_URL ? databaseUrl : asApp(databaseUrl);
  const variables = localVariables({ databaseUrl: appUrl, adminUrl: databaseUrl, redisUrl, gatewayPort: port, secrets });
  const stack = readLocalStack(template, variables, shell);
  const web = watch && { web: async (server: Server) => closing(stops, await serveVite(root, server)) };
  const awsUrl = storeUrl(databaseUrl, !shell.DATABASE_URL);
  await step(ensureDatabase(awsUrl).catch(failing('the database of queues and streams could not be made', awsUrl)));
  const pumps = (invoke: Gateway['invoke']) => startPumps({ template: stack.template, invoke, databaseUrl: awsUrl, say, duplicateEvery });
  const starting = startGateway({ ...stack, port, root, pumps, passTracesTo, say, ...web });
  stops.push(() => starting.then((running) => running.close(700)).catch(() => {}));
  const gateway = await step(starting);
  if (watch) stops.push(await watchBundles(gateway.forget, say));
  const schedules = startSchedules({ functions: stack.functions, invoke: gateway.invoke, say });
  stops.push(() => schedules.stop());
  stops.push(noteRunning(folder, { url: gateway.url, databaseUrl, awsUrl, redisUrl }));
  signal?.throwIfAborted();
  return { url: gateway.url, databaseUrl, redisUrl, gateway };
}

/** What DUPLICATE_DELIVERIES says; 0: nothing is delivered twice. Throws a message for whoever set it. */
function duplicateEveryFrom(value: string | undefined): number {
  if (/^\d{0,6}$/.test(value ?? '')) return Number(value || 0);
  throw new Error(`DUPLICATE_DELIVERIES must be a whole number, not "${value}": 3 delivers every third message twice`);
}

/** Rethrows with what failed and where. A refused connection has no message, only a code. */
function failing(what: string, url: string): (error: Error & { code?: string }) => never {
  return (error) => {
    throw new Error(`${what} at ${new URL(url).host}: ${error.message || error.code}`, { cause: error });
  };
}

/** The functions sign in with the same role as in the cloud: it may change rows, not the schema. */
function asApp(url: string): string {
  const own = new URL(url);
  own.username = 'kelvo_app';
  return own.href;
}

/** The template is read and the configuration checked before the services are up, so that a mistake shows at once. */
const placeholders = { databaseUrl: 'postgresql://127.0.0.1/kelvo', redisUrl: null, gatewayPort: 0 };

function closing<T extends { close(): Promise<void> }>(stops: (() => unknown)[], thing: T): T {
  stops.push(() => thing.close());
  return thing;
}

/** Rejects as soon as the signal is aborted; the work itself continues. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => {});
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
