// npm run --silent event <file>: prints an event of events/ with its placeholders filled in, for a pipe into sam local invoke -e -.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildStaleFunctions } from '#local/fresh-build.ts';
import { credentialsFor } from '#local/replay/credentials.ts';
import { namesAt, readEventFile } from '#local/replay/event-files.ts';
import { fill, newScene, type Scene } from '#local/replay/fill.ts';
import { prepare } from '#local/replay/replay.ts';
import { openStage } from '#local/replay/stages.ts';
import { type Running, runningKelvo } from '#local/running.ts';
import { localSecrets } from '#local/secrets.ts';
import { type LocalStack, localVariables, readLocalStack } from '#local/values.ts';
import { root } from './function-files.ts';

const usage = `Usage: npm run --silent event <file>

Prints an event with fresh tokens, signatures, keys and instants, for the Kelvo of this clone:
  npm run --silent event orders/place-order.json | sam local invoke OrdersPlaceOrder -e - …
What an event is given (the order that it pays, say) is done first, in the shop that runs: npm start, or npm run sam:local.`;

const folder = join(root, 'events');
const local = join(root, '.local');

async function main([path, ...more]: string[]): Promise<number> {
  if (path === undefined || path === '--help' || more.length > 0) {
    console.error(usage);
    return path === '--help' ? 0 : 2;
  }
  const [name = '', ...others] = namesAt(folder, path);
  if (others.length > 0) throw new Error(`${path} is a folder: name one event`);
  const file = readEventFile(folder, name);
  const running = runningKelvo(local);
  mkdirSync(local, { recursive: true });
  const stack = stackOf(running);
  const scene = newScene(await credentialsFor(stack.env));
  if ((file.expectation.given ?? []).length > 0) await doGiven(name, running, stack, scene);
  console.log(JSON.stringify(await fill(file.event, scene), null, 2));
  return 0;
}

/** The functions with the variables of the shop that runs; only secrets matter where none does. */
function stackOf(running: Running | null): LocalStack {
  const url = new URL(running?.databaseUrl ?? 'postgresql://nobody@127.0.0.1/none');
  if (url.username === 'postgres') url.username = 'kelvo_app';
  const services = {
    databaseUrl: url.href,
    redisUrl: running?.redisUrl ?? null,
    gatewayPort: Number(new URL(running?.url ?? 'http://127.0.0.1:3000').port),
  };
  const variables = localVariables({ ...services, secrets: localSecrets(local) });
  // Standard output is for the event alone.
  return readLocalStack(join(root, 'template.yaml'), variables, { ...process.env, POWERTOOLS_LOG_LEVEL: 'SILENT' });
}

async function doGiven(name: string, running: Running | null, stack: LocalStack, scene: Scene): Promise<void> {
  if (running === null)
    throw new Error(`events/${name} needs other events before it: start the shop first (npm start, or npm run sam:local)`);
  await buildStaleFunctions(root, stack.functions, console.error);
  const stage = openStage(stack, running.databaseUrl, root);
  try {
    await prepare({ folder, functions: stack.functions }, readEventFile(folder, name).expectation, scene, stage);
  } finally {
    await stage.end();
  }
}

process.exit(
  await main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    return 1;
  }),
);
