/**
 * Runs a PostgreSQL 16 from the packaged binaries. It listens on 127.0.0.1 only and asks for no password: every user of this
 * machine can read it, so it is for demo data. `supervise` restarts it. As root it runs as another user (postgres-home.ts).
 */
import { execFile, spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chown, mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { claimDataFolder, postmaster } from './data-folder.ts';
import { ensureDatabase } from './database.pg.ts';
import { lastLines } from './log-tail.ts';
import { ask, freePort } from './ports.ts';
import { type PostgresHome, postgresHome } from './postgres-home.ts';
import { supervise } from './supervise.ts';

const run = promisify(execFile);

export interface LocalPostgres {
  /** Signs in as a superuser, to the database `kelvo`. */
  url: string;
  port: number;
  dataDir: string;
  pid(): number | null;
  stop(): Promise<void>;
}

/** How containers reach this machine: its address on their network. */
export interface ContainerNetwork {
  address: string;
  /** The network's range: `172.17.0.0/16`. */
  subnet: string;
}

export interface PostgresOptions {
  dataDir: string;
  /** Default: any free one. */
  port?: number;
  /** For tests: no fsync, and the data folder is deleted when it stops. */
  throwaway?: boolean;
  /** Also accepts connections from containers, without a password, while this runs. */
  containers?: ContainerNetwork | undefined;
  /** Also speaks TLS, with this certificate and key (files). */
  tls?: { certificate: string; key: string };
  /** Who may sign in, as lines of pg_hba.conf, instead of everybody of this machine. */
  hostRules?: string[];
  /** Settings of the server beside our own: archiving, or what a restore goes by. */
  settings?: Record<string, string | number>;
  say?: (line: string) => void;
}

const superuser = 'postgres';

/** Starts PostgreSQL on the data folder, and creates the folder if needed. Throws naming the process that already uses it. */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const { dataDir, port: wanted, throwaway = false, containers, tls, hostRules, settings, say = () => {} } = options;
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
      launch: () => launch(home, port, { throwaway, containers, tls, hostRules, settings }, logFile),
      isReady: (pid) => {
        const noted = postmaster(home.dataDir);
        return noted?.pid === pid && noted.ready;
      },
      answers: () => postgresAnswers(port),
      failureReason: () => `${lastLines(logFile)} (log: ${logFile})`,
      // Fast shutdown, then immediate, then kill: together less than the 5 s that a stop may take.
      stopSignals: [
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

type LaunchOptions = { [Name in 'throwaway' | 'containers' | 'tls' | 'hostRules' | 'settings']: PostgresOptions[Name] | undefined };

function launch(
  home: PostgresHome,
  port: number,
  { throwaway, containers, tls, hostRules, settings: given }: LaunchOptions,
  logFile: string,
) {
  const { postgres, libraries, dataDir, account } = home;
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    ...(containers && {
      listen_addresses: `127.0.0.1,${containers.address}`,
      hba_file: writeHostRules(dataDir, containerRules(containers)),
    }),
    ...(hostRules && { hba_file: writeHostRules(dataDir, hostRules) }),
    ...(tls && { ssl: 'on', ssl_cert_file: ownCopy(home, tls.certificate), ssl_key_file: ownCopy(home, tls.key) }),
    unix_socket_directories: '',
    max_connections: 300,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(readdirSync(libraries).some((file) => file.startsWith('pg_stat_statements.')) && {
      shared_preload_libraries: 'pg_stat_statements',
    }),
    ...(throwaway && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...given,
  };
  const args = ['-D', dataDir, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const log = openSync(logFile, 'a');
  const child = spawn(postgres, args, { ...account, detached: true, cwd: '/', env: postgresEnv, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

const containerRules = ({ subnet }: ContainerNetwork): string[] =>
  ['127.0.0.1/32', subnet].map((network) => `host all all ${network} trust`);

/** Writes a pg_hba file beside the data folder's own, which stays unchanged. */
function writeHostRules(dataDir: string, rules: string[]): string {
  const file = join(dataDir, 'pg_hba.own.conf');
  writeFileSync(file, `${rules.join('\n')}\n`, { mode: 0o644 });
  return file;
}

/** PostgreSQL takes a private key only from a file that its own account alone can read. */
function ownCopy({ dataDir, account }: PostgresHome, original: string): string {
  const file = join(dataDir, basename(original));
  rmSync(file, { force: true });
  writeFileSync(file, readFileSync(original), { mode: 0o600 });
  if ('uid' in account) chownSync(file, account.uid, account.gid);
  return file;
}

/** Leaves the shell's variables out: PG… ones would change the server's settings. */
const postgresEnv = { PATH: process.env.PATH ?? '', LC_ALL: 'C' };

/** Creates the cluster in a temporary folder and renames it when complete, so that an interrupted initdb leaves no half of one. */
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
    // Collation C: sorts by bytes, fast and the same everywhere. The character type is Unicode, for search and lower().
    const locale = ['--encoding=UTF8', '--locale=C', `--lc-ctype=${ctype}`];
    const args = ['-D', fresh, '-U', superuser, '--auth=trust', ...locale, ...(throwaway ? ['--no-sync'] : [])];
    const made = await run(initdb, args, { ...account, cwd: '/', env: postgresEnv }).catch((error: Error) => error);
    if (!(made instanceof Error)) break;
    if (!made.message.includes('invalid locale') || ctype === 'C') throw new Error(`initdb failed: ${made.message}`, { cause: made });
  }
  await rename(fresh, dataDir);
}

/** Whether a PostgreSQL answers on this port: it replies to an SSLRequest with one letter, S or N. */
export async function postgresAnswers(port: number): Promise<boolean> {
  const answer = await ask(port, Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47));
  return answer?.length === 1 && 'SN'.includes(answer.toString('latin1'));
}
