// npm run sam:check: a purchase through `sam local start-api`, then every event in events/ through `sam local invoke`.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStaleFunctions } from '#local/fresh-build.ts';
import { startEventsApi } from '#local/gateway/events-api.ts';
import { credentialsFor } from '#local/replay/credentials.ts';
import { eventNames, namesAt } from '#local/replay/event-files.ts';
import { replay } from '#local/replay/replay.ts';
import { replayStack } from '#local/replay/stack.ts';
import { createStages } from '#local/replay/stages.ts';
import { baseImage, containerReach, dockerFault, hasImage, ourContainers, pullImage, removeContainers } from '#local/sam/docker.ts';
import { buyAsGuest } from '#local/sam/guest-purchase.ts';
import { samFault, samInvoke, writeEnvFile } from '#local/sam/sam-cli.ts';
import { startApi } from '#local/sam/start-api.ts';
import { cloneDatabase } from '#local/services/database.pg.ts';
import { freePort } from '#local/services/ports.ts';
import { startThrowawayStores } from '#local/services/throwaway.ts';
import { Misuse, misuseOf } from './command-line.ts';
import { root } from './function-files.ts';

const cannotRunHere = 75;
const usage = `Usage: npm run sam:check [-- --minutes N] [event or folder …]

A purchase through "sam local start-api", then every event in events/, or those that are named, through "sam local invoke". Needs Docker and the SAM CLI.

  --minutes N   stops after so long, and says how many events it did not reach
  --help        show this

Ends with 0; with 1 when something is not as expected; with 2 when it was asked in a wrong way; with 75 where it cannot run, and why.`;

interface Order {
  limitMs: number;
  events: string[];
}

/** @throws Misuse; Node's own error for an unknown flag */
function readOrder(args: string[]): Order {
  const { values, positionals } = parseArgs({ args, options: { minutes: { type: 'string' } }, allowPositionals: true });
  const limitMs = Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  if (!(limitMs > 0)) throw new Misuse(`--minutes needs a number above 0, not "${values.minutes}".`);
  return { limitMs, events: positionals };
}

/** Why this cannot run here, or null. */
async function obstacle(): Promise<string | null> {
  const fault = (await dockerFault()) ?? (await samFault());
  if (fault !== null) return fault;
  if (await hasImage(baseImage)) return null;
  return pullImage(baseImage).then(
    () => null,
    (error: Error) => `${baseImage} is not here and cannot be fetched: ${error.message}`,
  );
}

/** sam replaces warm containers when their code changes, so this runs on a copy that a concurrent build does not touch. */
function copyOfBuild(folder: string): string {
  const copy = join(folder, 'build');
  cpSync(join(root, 'dist'), join(copy, 'dist'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => file !== join(root, 'dist/web'),
  });
  cpSync(join(root, 'template.yaml'), join(copy, 'template.yaml'));
  return copy;
}

const stops: (() => Promise<unknown>)[] = [];

async function check({ limitMs, events }: Order): Promise<number> {
  const began = performance.now();
  const folder = join(root, 'events');
  const names = events.length > 0 ? events.flatMap((path) => namesAt(folder, path)) : eventNames(folder);
  const reach = await containerReach();
  const [stores, eventsApi] = await Promise.all([startThrowawayStores(reach.network), startEventsApi(reach.address)]);
  stops.push(stores.stop, eventsApi.stop);
  const stack = replayStack(root, { ...stores, eventsUrl: `http://${reach.address}:${eventsApi.port}` });
  await buildStaleFunctions(root, stack.functions, console.log);
  const copy = copyOfBuild(stores.folder);
  stops.push(async () => removeContainers(await ourContainers(copy)));
  const credentials = await credentialsFor(stack.env);
  const sam = { root: copy, reach, skipPull: true };

  console.log('A guest buys through sam local start-api:');
  const bought = new URL(await cloneDatabase(stores.shopUrl, 'purchase'));
  bought.username = 'kelvo_app';
  const envFile = join(stores.folder, 'env.json');
  writeEnvFile(envFile, { ...stack.env, DATABASE_URL: bought.href }, reach);
  let lines = '';
  const onLine = (text: string) => {
    lines += text;
  };
  const api = await startApi({ ...sam, envFile, port: await freePort(), onLine }).catch((error) => {
    console.error(lines);
    throw error;
  });
  await buyAsGuest(api.url, (line) => console.log(`  ${line}`))
    .catch((error) => {
      console.error(lines.split('\n').slice(-40).join('\n'));
      throw error;
    })
    .finally(api.stop);

  console.log(`Each of ${names.length} events through sam local invoke:`);
  const elsewhere = (variables: Record<string, string>) => (logicalId: string, event: unknown) => {
    writeEnvFile(envFile, { ...stack.env, ...variables }, reach);
    return samInvoke(logicalId, event, { ...sam, envFile });
  };
  const stages = createStages({ stack, root: copy, shopUrl: stores.shopUrl, elsewhere });
  stops.push(stages.end);
  let wrong = 0;
  let reached = 0;
  for (const name of names) {
    if (performance.now() - began > limitMs) break;
    reached += 1;
    const since = performance.now();
    const report = await stages
      .on((stage) => replay({ folder, functions: stack.functions, credentials }, name, stage))
      .catch((error: Error) => ({ differences: [error.message], answer: { status: undefined } }));
    const ok = report.differences.length === 0;
    const came = report.answer.status ?? '';
    console.log(`${ok ? 'ok  ' : 'DIFF'} ${String(came).padEnd(3)} ${name} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
    for (const difference of report.differences) console.log(`       ${difference}`);
    if (!ok) wrong += 1;
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  const left = names.length - reached;
  console.log(`${reached - wrong} of ${reached} events as expected (${seconds} s)${left > 0 ? `; ${left} were not reached in time` : ''}`);
  return wrong === 0 ? 0 : 1;
}

async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  let order: Order;
  try {
    order = readOrder(args);
  } catch (error) {
    console.error(`${misuseOf(error)?.message}\n\n${usage}`);
    return 2;
  }
  const why = await obstacle();
  if (why !== null) {
    console.log(`sam local cannot run here: ${why}`);
    return cannotRunHere;
  }
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(130));
  });
  try {
    return await Promise.race([check(order), interrupted]);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    for (const stop of stops.toReversed()) await stop().catch((error) => console.error(error));
  }
}

process.exit(await main(process.argv.slice(2)));
