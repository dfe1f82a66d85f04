// npm start (and, with --watch, npm run dev): Kelvo on this machine until Ctrl-C.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { portFrom } from './port.ts';
import { type LocalKelvo, startLocal } from './run.ts';

const began = performance.now();
const root = join(import.meta.dirname, '..');
const watch = process.argv.includes('--watch');
const say = (line: string) => console.log(`  ${line}`);

/**
 * The first signal stops everything, a second one at once. npm passes a Ctrl-C on to us that the terminal has sent us already:
 * what comes within half a second is the same one.
 */
const ending = new AbortController();
let firstAt = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (firstAt === 0) {
      firstAt = performance.now();
      console.log('\nStopping …');
      ending.abort(new Error('stopped'));
    } else if (performance.now() - firstAt > 500) {
      // The services' guards see to the rest.
      process.exit(130);
    }
  });
}

// A function that throws outside of its call loses one sandbox on Lambda; here it must not take the others along.
process.on('uncaughtException', (error) => console.error('uncaught:', error));
process.on('unhandledRejection', (reason) => console.error('unhandled rejection:', reason));

function banner({ url, databaseUrl, redisUrl }: LocalKelvo): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const rows = [
    ['shop', url],
    ...(existsSync(join(root, 'dist/web/docs')) || watch ? [['API', `${url}/docs`]] : []),
    ['health', `${url}/api/health`],
    ['events', `${url}/_local/events`],
    ['PostgreSQL', `psql ${withoutPassword(databaseUrl)}`],
    ['Redis', redisUrl === null ? 'none' : withoutPassword(redisUrl)],
  ];
  console.log(`\nKelvo runs (${seconds} s, Node ${process.versions.node}${watch ? ', watching' : ''}). Ctrl-C stops it.\n`);
  for (const [name = '', value = ''] of rows) console.log(`  ${name.padEnd(12)}${value}`);
  console.log('');
}

/** Terminals are shown to others, and this URL may be of a database that is not ours. */
function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}

async function main(): Promise<number> {
  try {
    const port = portFrom(process.env.PORT);
    console.log('Starting Kelvo');
    const local = await startLocal({ port, root, shell: process.env, watch, say, signal: ending.signal });
    banner(local);
    if (!ending.signal.aborted) await new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }));
    await local.stop();
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return 0;
    console.error(`Kelvo could not start: ${error instanceof Error ? error.message : error}`);
    // Our own messages say all there is; anything else is a fault, and its place helps.
    if (error instanceof Error && error.constructor !== Error) console.error(error.stack);
    return 1;
  }
}

process.exit(await main());
