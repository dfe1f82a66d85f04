// npm start (and, with --watch, npm run dev): Kelvo on this machine until Ctrl-C.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { portFrom } from './port.ts';
import type { Held } from './pumps/held.ts';
import { type LocalKelvo, startLocal } from './run.ts';
import { isAlive, type ProcessInfo, processInfo } from './services/processes.ts';

const began = performance.now();
const say = (line: string) => console.log(`  ${line}`);

/**
 * The first signal stops everything in order, a second one at once (the guards then end the services). A Ctrl-C reaches us twice, from
 * the terminal and from npm: what comes within half a second is the same one.
 */
const ending = new AbortController();
let firstAt = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (firstAt === 0) stop();
    else if (performance.now() - firstAt > 500) process.exit(130);
  });
}

function stop(): void {
  firstAt = performance.now();
  console.log('\nStopping …');
  ending.abort(new Error('stopped'));
}

// npm that is killed outright passes no signal on.
const npm = process.env.npm_lifecycle_event === undefined ? null : npmAbove();
if (npm !== null) setInterval(() => firstAt === 0 && !isAlive(npm) && stop(), 1_000).unref();

/** The npm that started us: our parent, or the parent of the shell that it runs scripts in. */
function npmAbove(): ProcessInfo | null {
  const parent = processInfo(process.ppid);
  const candidates = [parent, processInfo(parent?.parent ?? 0)];
  return candidates.find((candidate) => /\bnpm\b/.test(candidate?.command ?? '')) ?? null;
}

// A function that throws outside of its call costs one sandbox on Lambda; here it would end all functions.
process.on('uncaughtException', (error) => console.error('uncaught:', error));
process.on('unhandledRejection', (reason) => console.error('unhandled rejection:', reason));

const usage = `Usage: npm start [-- options]

  --watch          rebuild and reload as files change (npm run dev)
  --folder <path>  where data, logs and secrets are (default: .local)
  --root <path>    the clone to run (default: this one)

PORT chooses the port (default 3000); DATABASE_URL and REDIS_URL name services to use instead of our own;
DUPLICATE_DELIVERIES=3 brings every third message and record to its consumer twice; OTEL_EXPORTER_OTLP_ENDPOINT is an OpenTelemetry collector to pass traces on to.`;

interface Flags {
  root: string;
  folder: string;
  watch: boolean;
  help?: boolean;
}

/** Reads the command line; throws on unknown options. */
function readFlags(): Flags {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { watch: flag, help: flag, folder: text, root: text } });
  const root = resolve(values.root ?? join(import.meta.dirname, '..'));
  return { root, folder: resolve(values.folder ?? join(root, '.local')), watch: values.watch, help: values.help };
}

async function banner({ root, watch }: Flags, { url, databaseUrl, redisUrl, gateway }: LocalKelvo): Promise<void> {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const rows = [
    ['shop', url],
    ...(existsSync(join(root, 'dist/web/docs')) ? [['API', `${url}/docs`]] : []),
    ['health', `${url}/api/health`],
    ['mailbox', `${url}/mailbox`],
    ['traces', `${url}/_local/traces`],
    ['metrics', `${url}/_local/metrics`],
    ['events', `${url}/_local/events`],
    ['queues', `${url}/_local/queues${waiting(await gateway.pumps?.queues())}`],
    ['PostgreSQL', `psql ${withoutPassword(databaseUrl)}`],
    ['Redis', redisUrl === null ? 'none' : withoutPassword(redisUrl)],
  ];
  console.log(`\nKelvo runs (${seconds} s, Node ${process.versions.node}${watch ? ', watching' : ''}). Ctrl-C stops it.\n`);
  for (const [name = '', value = ''] of rows) console.log(`  ${name.padEnd(12)}${value}`);
  console.log('');
}

/** What a run before left in queues and streams, if anything. */
function waiting(held: Held[] = []): string {
  const sum = (count: (each: Held) => number) => held.reduce((total, each) => total + count(each), 0);
  const forConsumers = sum(({ consumer, visible, underWay, delayed }) => (consumer === null ? 0 : visible + underWay + delayed));
  const dead = sum((each) => each.dead);
  return forConsumers + dead === 0 ? '' : ` (${forConsumers} waiting, ${dead} dead)`;
}

/** Hides the password: terminals are shared on screens, and DATABASE_URL may name a real database. */
function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}

const isUsage = (error: Error): boolean => String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');

async function main(): Promise<number> {
  try {
    const { help, ...flags } = readFlags();
    if (help) {
      console.log(usage);
      return 0;
    }
    const port = portFrom(process.env.PORT);
    console.log('Starting Kelvo');
    const local = await startLocal({ ...flags, port, shell: process.env, say, signal: ending.signal });
    await banner(flags, local);
    if (!ending.signal.aborted) await new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }));
    await local.stop();
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return 0;
    console.error(`Kelvo could not start: ${error instanceof Error ? error.message : error}`);
    // Plain Errors are our own messages; any other class is a bug, and its stack helps.
    if (error instanceof Error && error.constructor !== Error && !isUsage(error)) console.error(error.stack);
    return 1;
  }
}

process.exit(await main());
