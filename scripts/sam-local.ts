// npm run sam:local: the API by `sam local start-api`, in Lambda's own containers, on a PostgreSQL and Redis of this machine.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildStaleFunctions } from '#local/fresh-build.ts';
import { startEventsApi } from '#local/gateway/events-api.ts';
import { storeUrl } from '#local/pumps/store.pg.ts';
import { noteRunning } from '#local/running.ts';
import { baseImage, containerReach, dockerFault, hasImage } from '#local/sam/docker.ts';
import { samArguments, samFault, writeEnvFile } from '#local/sam/sam-cli.ts';
import { startApi } from '#local/sam/start-api.ts';
import { localSecrets } from '#local/secrets.ts';
import { freePort } from '#local/services/ports.ts';
import { startPostgres } from '#local/services/postgres.ts';
import { startRedis } from '#local/services/redis.ts';
import { localVariables, readLocalStack } from '#local/values.ts';
import { migrate } from '../db/migrate.ts';
import { seedIfEmpty } from '../db/seed/run.ts';
import { takesNothing } from './command-line.ts';
import { root } from './function-files.ts';

takesNothing(`Usage: npm run sam:local

The API by "sam local start-api", in Lambda's own containers, on a PostgreSQL and Redis of this machine, until Ctrl-C. Needs Docker and the SAM CLI. PORT
is the port, variables of the shell go before the template's. README.md, "Replay events, and sam local", says more.`);

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
const say = (line: string) => console.log(`  ${line}`);

const quoted = (argument: string): string => (/^[\w./:@=-]+$/.test(argument) ? argument : `'${argument}'`);

const stops: (() => Promise<unknown> | unknown)[] = [];

async function main(): Promise<number> {
  const faults = (await Promise.all([dockerFault(), samFault()])).filter((fault) => fault !== null);
  if (faults.length > 0) {
    console.error(faults.join('\n'));
    return 1;
  }
  const folder = join(root, '.local');
  mkdirSync(folder, { recursive: true });
  const reach = await containerReach();
  const redis = await startRedis({ port: await freePort(3032), logFile: join(folder, 'redis.log'), also: reach.network?.address, say });
  stops.push(() => redis?.stop());
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort(3031), containers: reach.network, say });
  stops.push(() => postgres.stop());
  const events = await startEventsApi(reach.address);
  stops.push(() => events.stop());
  await migrate(postgres.url);
  await seedIfEmpty(postgres.url);

  const asApp = new URL(postgres.url);
  asApp.username = 'kelvo_app';
  const redisUrl = redis?.url ?? null;
  const variables = localVariables({
    databaseUrl: asApp.href,
    adminUrl: postgres.url,
    redisUrl,
    gatewayPort: 0,
    secrets: localSecrets(folder),
  });
  // A container serves one request at a time, as on Lambda, and needs one connection.
  const aws = `http://${reach.address}:${events.port}`;
  const own = { DATABASE_POOL_MAX: '1', EVENT_BUS_ENDPOINT: aws, SQS_ENDPOINT: aws };
  const { functions, env } = readLocalStack(join(root, 'template.yaml'), { ...variables, ...own }, process.env);
  await buildStaleFunctions(root, functions, say);
  const envFile = join(folder, 'sam-env.json');
  writeEnvFile(envFile, env, reach);

  const port = process.env.PORT ? Number(process.env.PORT) : await freePort(3030);
  if (ending.signal.aborted) return 0;
  say('starting sam local start-api (the first time it fetches Lambda’s image)');
  const skipPull = await hasImage(baseImage);
  const api = await startApi({ root, reach, envFile, skipPull, port, onLine: (text) => process.stdout.write(text) });
  stops.push(() => api.stop());
  stops.push(noteRunning(folder, { url: api.url, databaseUrl: postgres.url, awsUrl: storeUrl(postgres.url, true), redisUrl }));
  console.log(`\nThe API runs in containers at ${api.url}/api; a function's first call starts its container (about 2 s). Ctrl-C stops it.`);
  const invoke = ['sam local invoke OrdersPlaceOrder --event -', ...samArguments({ root, reach, envFile, skipPull }).map(quoted)].join(' ');
  console.log(`An event of events/, on the same database:\n  npm run --silent event orders/place-order.json | ${invoke}\n`);
  await Promise.race([api.ended, new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }))]);
  return ending.signal.aborted ? 0 : 1;
}

const code = await main().catch((error: Error) => {
  console.error(`sam local could not start: ${error.message}`);
  return 1;
});
if (ending.signal.aborted) console.log('\nStopping …');
for (const stop of stops.toReversed()) await Promise.resolve(stop()).catch((error) => console.error(error));
process.exit(code);
