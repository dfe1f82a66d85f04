// npm run fuzz:api: Schemathesis against every route, as a guest, as a shopper and as an admin, on a throw-away shop or against a deployed stage.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '#local/run.ts';
import { demoUsers } from '../db/seed/users.ts';
import { root } from './function-files.ts';

const version = '4.32.5';
const usage = `Usage: npm run fuzz:api [-- options of "schemathesis run"]

Needs Python 3.10 or later; installs Schemathesis ${version} into a cache folder the first time.
Without options: --max-examples 40. A fixed --seed repeats a run. --as guest, shopper or admin, given first, is one of the three only.

--url URL, given first, is a deployed stage instead of a throw-away shop: one whose data may be changed, never prod. It is asked 5 times a second
at most. KELVO_SHOPPER and KELVO_ADMIN are accounts of it, as "mail password"; who has none is left out. PAYMENT_WEBHOOK_SECRET signs webhooks.`;

/** The settings and hooks of a run. */
const folder = join(root, 'tests/fuzz');

/** Keeps the functions' log lines, one for each of ten thousand requests, out of the report; those of faults are kept. */
function holdLog(): { requests: number; faults: string[] } {
  const held = { requests: 0, faults: [] as string[] };
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((chunk: string | Uint8Array, ...rest: []) => {
    const text = chunk.toString();
    if (!text.startsWith('{')) return write(chunk, ...rest);
    for (const line of text.split('\n')) {
      if (line.includes('"message":"request"')) held.requests += 1;
      if (/"level":"ERROR"|"status":5\d\d/.test(line)) held.faults.push(line);
    }
    return true;
  }) as typeof process.stdout.write;
  return held;
}

/** Installs Schemathesis into a virtual environment of its own, once. */
function install(): string {
  const venv = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kelvo', `schemathesis-${version}`);
  const command = join(venv, process.platform === 'win32' ? 'Scripts/st.exe' : 'bin/st');
  if (existsSync(command)) return command;
  mkdirSync(venv, { recursive: true });
  const run = (program: string, args: string[]) => {
    if (spawnSync(program, args, { stdio: 'inherit' }).status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
  };
  run('python3', ['-m', 'venv', venv]);
  run(join(command, '../python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${version}`]);
  return command;
}

// The shop is stopped however the run ends, Ctrl-C included.
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());

function schemathesis(command: string, url: string, user: User | undefined, args: string[]): Promise<number> {
  const child = spawn(
    command,
    ['--config-file', join(folder, 'schemathesis.toml'), 'run', `${url}/api/openapi.json`, '--no-color', ...args],
    {
      cwd: folder,
      signal: ending.signal,
      stdio: 'inherit',
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        KELVO_URL: url,
        KELVO_EMAIL: user?.email ?? '',
        KELVO_PASSWORD: user?.password ?? '',
        PAYMENT_WEBHOOK_SECRET: process.env.PAYMENT_WEBHOOK_SECRET ?? 'whsec_local_kelvo',
      },
    },
  );
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

interface User {
  role: string;
  email: string;
  password: string;
}

const roles = ['guest', 'shopper', 'admin'];

/** What stands before Schemathesis's own options. @throws Error for whoever typed it */
function readOrder(given: readonly string[]): { only: string | undefined; url: string | undefined; args: string[] } {
  let [only, url, args]: [string | undefined, string | undefined, string[]] = [undefined, undefined, [...given]];
  while (args[0] === '--as' || args[0] === '--url') {
    const [name, value = '', ...rest] = args;
    if (name === '--as' && !roles.includes(value)) throw new Error(`--as is guest, shopper or admin, not "${value}"`);
    if (name === '--url' && !/^https?:\/\/[^/]+\/?$/.test(value))
      throw new Error(`--url is an address such as https://shop.example, not "${value}"`);
    if (name === '--as') only = value;
    else url = value.replace(/\/$/, '');
    args = rest;
  }
  return { only, url, args };
}

/** The accounts of a deployed stage that the variables name. */
function stageUsers(): User[] {
  return ['shopper', 'admin'].flatMap((role) => {
    const name = `KELVO_${role.toUpperCase()}`;
    const [email, password] = process.env[name]?.split(' ') ?? [];
    if (email && password) return [{ role, email, password }];
    console.log(`No ${role}: ${name} names none.`);
    return [];
  });
}

async function attack(
  command: string,
  url: string,
  users: readonly User[],
  { only, args }: { only: string | undefined; args: string[] },
): Promise<string[]> {
  const failed: string[] = [];
  for (const user of [undefined, ...users]) {
    const who = user?.role ?? 'guest';
    if (only !== undefined && only !== who) continue;
    console.log(`\n=== as ${who} ===`);
    if ((await schemathesis(command, url, user, args)) !== 0) failed.push(who);
  }
  return failed;
}

/** Against a deployed stage: its own logs have its faults. Slow enough that its limits and its firewall let it through. */
async function attackStage(command: string, url: string, order: { only: string | undefined; args: string[] }): Promise<number> {
  const args = ['--rate-limit=5/s', ...(order.args.length > 0 ? order.args : ['--max-examples', '10'])];
  const failed = await attack(command, url, stageUsers(), { ...order, args });
  console.log(failed.length === 0 ? '\nNothing found.' : `\nFailures as ${failed.join(', ')}, see above.`);
  return failed.length > 0 ? 1 : 0;
}

async function main(given: string[]): Promise<number> {
  if (given.includes('--help')) {
    console.log(usage);
    return 0;
  }
  let order: ReturnType<typeof readOrder>;
  try {
    order = readOrder(given);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const command = install();
  if (order.url !== undefined) return attackStage(command, order.url, order);
  const args = order.args.length > 0 ? order.args : ['--max-examples', '40'];
  const data = mkdtempSync(join(tmpdir(), 'kelvo-fuzz-'));
  const wide = {
    RATE_LIMIT_PER_MINUTE: '100000000',
    LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '1000000',
    LOGIN_FAILURES_PER_ACCOUNT: '1000000',
    LOGIN_FAILURES_PER_ADDRESS: '1000000',
  };
  const log = holdLog();
  const shop = await startLocal({ port: 0, folder: data, throwaway: true, shell: wide, say: (line) => console.log(`  ${line}`) });
  let failed: string[];
  try {
    failed = await attack(command, shop.url, demoUsers, { only: order.only, args });
  } finally {
    await shop.stop();
    rmSync(data, { recursive: true, force: true });
  }
  console.log(`\n${log.requests} requests in all, ${log.faults.length} faults in the functions' logs.`);
  for (const line of log.faults.slice(0, 10)) console.log(` ${line.slice(0, 1_000)}`); // the space keeps them out of the held ones
  console.log(failed.length + log.faults.length === 0 ? '\nNothing found.' : `\nFailures as ${failed.join(', ') || 'none'}, see above.`);
  return failed.length + log.faults.length > 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
