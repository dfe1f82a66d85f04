/**
 * A PostgreSQL 16 of our own, from the packaged binaries: on 127.0.0.1 only, and whoever is on this machine may in without
 * a password (it holds demo data). `supervise` looks after it. As root it runs as another user (postgres-home.ts).
 */
import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { chown, mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { claimDataFolder, postmaster } from './data-folder.ts';
import { ensureDatabase } from './database.pg.ts';
import { lastLines } from './log-tail.ts';
import { ask, freePort } from './ports.ts';
import { type PostgresHome, postgresHome } from './postgres-home.ts';
import { supervise } from './supervise.ts';

const run = promisify(execFile);

export interface LocalPostgres {
  /** Of a superuser, for the database `kelvo`. */
  url: string;
  port: number;
  dataDir: string;
  pid(): number | null;
  stop(): Promise<void>;
}

/** How containers reach this machine: its address on their network. */
export interface ContainerNetwork {
  address: string;
  /** Theirs: `172.17.0.0/16`. */
  subnet: string;
}

export interface PostgresOptions {
  dataDir: string;
  /** Default: any free one. */
  port?: number;
  /** For tests: no fsync, and the data folder goes when it stops. */
  throwaway?: boolean;
  /** Lets containers in too, without a password as this machine's users, for as long as this runs. */
  containers?: ContainerNetwork | undefined;
  say?: (line: string) => void;
}

const superuser = 'postgres';

/** Starts PostgreSQL on the data folder, which is made first when it is new. Throws naming whoever uses the folder already. */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const { dataDir, port: wanted, throwaway = false, containers, say = () => {} } = options;
  const home = await postgresHome(dataDir, say);
  const release = await claimDataFolder(home.dataDir);
  try {
    if (!existsSync(join(home.dataDir, 'PG_VERSION'))) await initialise(home, throwaway);
    const port = wanted ?? (await freePort());
    const logFile = `${home.dataDir}.log`;
    rmSync(logFile, { force: true });
    const service = await supervise({
      name: 'PostgreSQL',
      port,
      launch: () => launch(home, port, { throwaway, containers }, logFile),
      isReady: (pid) => {
        const noted = postmaster(home.dataDir);
        return noted?.pid === pid && noted.ready;
      },
      answers: () => postgresAnswers(port),
      lastWords: () => `${lastLines(logFile)} (log: ${logFile})`,
      // Fast shutdown, then immediate, then outright: together well under the 5 s that a stop may take.
      ladder: [
        { signal: 'SIGINT', graceMs: 2_500 },
        { signal: 'SIGQUIT', graceMs: 1_500 },
        { signal: 'SIGKILL', graceMs: 0 },
      ],
      say,
    });
    const stop = async () => {
      await service.stop();
      if (throwaway) await rm(home.dataDir, { recursive: true, force: true });
      if (throwaway) rmSync(logFile, { force: true });
      release();
    };
    const url = `postgresql://${superuser}@127.0.0.1:${port}/kelvo`;
    await ensureDatabase(url).catch(async (error) => {
      await stop();
      throw error;
    });
    return { url, port, dataDir: home.dataDir, pid: service.pid, stop };
  } catch (error) {
    release();
    throw error;
  }
}

type LaunchOptions = Pick<PostgresOptions, 'throwaway' | 'containers'>;

function launch(home: PostgresHome, port: number, { throwaway, containers }: LaunchOptions, logFile: string) {
  const { postgres, libraries, dataDir, account } = home;
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    ...(containers && { listen_addresses: `127.0.0.1,${containers.address}`, hba_file: writeHostRules(dataDir, containers) }),
    unix_socket_directories: '',
    max_connections: 300,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(readdirSync(libraries).some((file) => file.startsWith('pg_stat_statements.')) && {
      shared_preload_libraries: 'pg_stat_statements',
    }),
    ...(throwaway && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const args = ['-D', dataDir, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const log = openSync(logFile, 'a');
  const child = spawn(postgres, args, { ...account, detached: true, cwd: '/', env: postgresEnv, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

/** Who may sign in from where, as a file of its own: the folder's own one stays as it is. */
function writeHostRules(dataDir: string, { subnet }: ContainerNetwork): string {
  const file = join(dataDir, 'pg_hba.containers.conf');
  const from = ['127.0.0.1/32', subnet].map((network) => `host all all ${network} trust`);
  writeFileSync(file, `${from.join('\n')}\n`, { mode: 0o644 });
  return file;
}

/** Nothing of ours: PG… variables of the shell would change what the server does. */
const postgresEnv = { PATH: process.env.PATH ?? '', LC_ALL: 'C' };

/** Makes a cluster beside the data folder and moves it there once whole, so that an initdb cut short leaves nothing that counts. */
async function initialise({ initdb, dataDir, account }: PostgresHome, throwaway: boolean): Promise<void> {
  if (existsSync(dataDir)) {
    await rmdir(dataDir).catch(() => {
      throw new Error(`${dataDir} is not empty, and no PostgreSQL data folder: remove it`);
    });
  }
  const fresh = `${dataDir}.new`;
  for (const ctype of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { mode: 0o700 });
    if ('uid' in account) await chown(fresh, account.uid, account.gid);
    // Bytes decide the order (fast, the same everywhere), Unicode decides what is a letter (search, lower()).
    const locale = ['--encoding=UTF8', '--locale=C', `--lc-ctype=${ctype}`];
    const args = ['-D', fresh, '-U', superuser, '--auth=trust', ...locale, ...(throwaway ? ['--no-sync'] : [])];
    const made = await run(initdb, args, { ...account, cwd: '/', env: postgresEnv }).catch((error: Error) => error);
    if (!(made instanceof Error)) break;
    if (!made.message.includes('invalid locale') || ctype === 'C') throw new Error(`initdb failed: ${made.message}`, { cause: made });
  }
  await rename(fresh, dataDir);
}

/** Does a PostgreSQL answer on this port? It answers an SSLRequest with one letter, S or N. */
export async function postgresAnswers(port: number): Promise<boolean> {
  const answer = await ask(port, Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47));
  return answer?.length === 1 && 'SN'.includes(answer.toString('latin1'));
}
