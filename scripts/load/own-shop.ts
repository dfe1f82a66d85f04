/** A fresh `npm start` for a load: on free ports, with data in a folder of its own that is deleted with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Running, runningKelvo } from '#local/running.ts';
import { freePort } from '#local/services/ports.ts';
import { within } from '#local/services/processes.ts';
import { Failure } from '../command-line.ts';
import { root } from '../function-files.ts';

export interface OwnShop extends Running {
  /** Asks its database, by a role that may do everything. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** All load comes from one address, where a hundred people would have a hundred. */
const wide = { RATE_LIMIT_PER_MINUTE: '1000000', ACCOUNT_RATE_LIMIT_PER_MINUTE: '1000000' };

/**
 * @param variables of the shell that starts it
 * @param signal ends the wait for it
 * @throws Failure with the end of its output when it does not start
 */
export async function startOwnShop({
  variables = {},
  signal,
}: {
  variables?: Record<string, string>;
  signal: AbortSignal;
}): Promise<OwnShop> {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-load-'));
  // When root runs this, PostgreSQL runs as another user, who has to enter the folder.
  chmodSync(folder, 0o755);
  const { DATABASE_URL: _, REDIS_URL: __, npm_lifecycle_event: ___, ...shell } = process.env;
  const env = { POWERTOOLS_LOG_LEVEL: 'WARN', ...shell, ...wide, ...variables, PORT: String(await freePort()) };
  // In a process group of its own: a Ctrl-C reaches the load first, which then stops the shop in order.
  const child = spawn(process.execPath, [join(root, 'local/start.ts'), '--folder', folder], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-20_000);
    });
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const up = () => signal.aborted || child.exitCode !== null || child.signalCode !== null || runningKelvo(folder) !== null;
  await within(120_000, up, 50);
  const running = runningKelvo(folder);
  if (running !== null && !signal.aborted) return shopOf(running, stop);
  await stop();
  signal.throwIfAborted();
  throw new Failure(`The shop did not start:\n${output.trim()}`);
}

/** The shop that runs from this clone. Stopping it here leaves it running. @throws Failure where none does */
export function shopRunningHere(): OwnShop {
  const running = runningKelvo(join(root, '.local'));
  if (running === null) throw new Failure('No Kelvo runs from this clone: npm start starts one.');
  return shopOf(running, () => Promise.resolve());
}

function shopOf(running: Running, stop: () => Promise<void>): OwnShop {
  const pool = new pg.Pool({ connectionString: running.databaseUrl, max: 2 });
  pool.on('error', () => undefined); // the server may stop first
  const query = <Row extends object>(text: string, values: readonly unknown[] = []) =>
    pool.query<Row & pg.QueryResultRow>(text, [...values]).then(({ rows }) => rows as Row[]);
  return { ...running, query, stop: () => pool.end().then(stop) };
}
