/**
 * A base backup and an archive of the write-ahead log (WAL), and the way back to a point in time, by PostgreSQL's own low-level backup functions:
 * the packaged binaries have no pg_basebackup. RDS does the same with a snapshot of the disk and an upload of the log every five minutes.
 * https://www.postgresql.org/docs/16/continuous-archiving.html
 */
import { chmod, chown, copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type Account, postgresHome } from '#local/services/postgres-home.ts';

/** A folder that PostgreSQL's account may write to, and a place for data folders beside it. */
export async function makeArchive(folder: string): Promise<{ archive: string; account: Account }> {
  const archive = join(folder, 'archive');
  // As root PostgreSQL runs as another user, who has to enter the folder.
  await chmod(folder, 0o755);
  const { account } = await postgresHome(join(folder, 'any'), () => {});
  await mkdir(archive, { mode: 0o700 });
  if ('uid' in account) await chown(archive, account.uid, account.gid);
  return { archive, account };
}

/**
 * Settings of a server whose log is archived, at the latest after `everySeconds` while there are writes: what is younger is lost with the disk.
 * A file is renamed when it is whole, so that a half-written one is never taken for the log.
 */
export const archiving = (archive: string, everySeconds: number): Record<string, string | number> => ({
  wal_level: 'replica',
  archive_mode: 'on',
  archive_timeout: everySeconds,
  archive_command: `test ! -f "${archive}/%f" && cp "%p" "${archive}/%f.part" && mv "${archive}/%f.part" "${archive}/%f"`,
});

/** Settings of a server that replays the archive up to an instant, the last commit before it included, and then takes writes. */
export const restoringTo = (archive: string, at: Date): Record<string, string | number> => ({
  restore_command: `cp "${archive}/%f" "%p"`,
  // This setting knows no zones by name, `Z` neither.
  recovery_target_time: at.toISOString().replace('Z', '+00'),
  recovery_target_action: 'promote',
  hot_standby: 'off', // it counts as started when it takes writes, not before
});

/** What a base backup leaves out (the manual names them): state of the running process, and log that the archive has. */
const leftOut = /^(postmaster\.(pid|opts)|pgsql_tmp.*|pg_internal\.init.*)$/;
const leftEmpty = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans']);

/** Copies the data folder of a running server. @returns its size in bytes */
export async function takeBaseBackup(url: string, dataDir: string, to: string, account: Account): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("select pg_backup_start('drill', true)");
    const bytes = await copyFolder(dataDir, to, account);
    // Last, as pg_basebackup does: it says where the log is to be replayed from.
    await copyOwned(join(dataDir, 'global/pg_control'), join(to, 'global/pg_control'), account);
    // The label belongs to this connection, and comes when the last of the log that the copy needs is archived.
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(true)');
    await writeOwned(join(to, 'backup_label'), rows[0]?.labelfile ?? '', account);
    return bytes;
  } finally {
    await client.end();
  }
}

/** Makes a data folder of a backup, that replays the archive when a server starts on it. */
export async function unpackBackup(backup: string, dataDir: string, account: Account): Promise<void> {
  await copyFolder(backup, dataDir, account);
  await writeOwned(join(dataDir, 'recovery.signal'), '', account);
}

async function copyFolder(from: string, to: string, account: Account): Promise<number> {
  await mkdir(to, { mode: 0o700 });
  await own(to, account);
  let bytes = 0;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (leftOut.test(entry.name)) continue;
    if (entry.isFile()) bytes += await copyOwned(source, target, account);
    else if (entry.isDirectory() && leftEmpty.has(entry.name)) {
      await mkdir(target, { mode: 0o700 });
      await own(target, account);
    } else if (entry.isDirectory()) bytes += await copyFolder(source, target, account);
  }
  return bytes;
}

/** Copies a file. One that a running server has removed meanwhile is no loss: the log knows. @returns its size in bytes */
async function copyOwned(from: string, to: string, account: Account): Promise<number> {
  try {
    await copyFile(from, to);
    await own(to, account);
    return (await stat(to)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

async function writeOwned(file: string, text: string, account: Account): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  await own(file, account);
}

const own = async (path: string, account: Account): Promise<void> => {
  if ('uid' in account) await chown(path, account.uid, account.gid);
};
