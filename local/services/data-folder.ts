/**
 * One Kelvo a data folder. The gateway that uses a folder names itself in `<folder>.owner`; PostgreSQL names itself in
 * `postmaster.pid`. Both files outlive a crash, and then their pids may be anybody's: a file counts only if its
 * process still lives and is what the file says.
 */
import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processInfo, within } from './processes.ts';

/** How long a PostgreSQL may take to end whose gateway was killed a moment ago: its guard gives it 4 s. */
const orphanLimitMs = 6_000;

/** Claims the folder for this process, or throws naming who has it. Returns what gives it back. */
export async function claimDataFolder(dataDir: string): Promise<() => void> {
  const file = `${dataDir}.owner`;
  const owner = readOwner(file);
  if (owner !== null)
    throw new Error(`the data folder ${dataDir} is in use by another running Kelvo (process ${owner}): stop that one first`);
  const me = processInfo(process.pid);
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ pid: process.pid, startedAt: me?.startedAt }));
  renameSync(`${file}.${process.pid}`, file);
  const release = () => rmSync(file, { force: true });
  try {
    await settlePostmaster(dataDir);
    return release;
  } catch (error) {
    release();
    throw error;
  }
}

/** The living process that claimed the folder, if any. */
function readOwner(file: string): number | null {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; startedAt: string };
    return processInfo(pid)?.startedAt === startedAt ? pid : null;
  } catch {
    return null;
  }
}

async function settlePostmaster(dataDir: string): Promise<void> {
  const pid = postmaster(dataDir)?.pid;
  if (pid === undefined) return;
  if (!(await within(orphanLimitMs, () => !servesFolder(pid, dataDir), 50))) {
    throw new Error(
      `the data folder ${dataDir} is in use by a PostgreSQL (process ${pid}) that no Kelvo started: stop it with kill -INT ${pid}`,
    );
  }
  // PostgreSQL clears up after a dead pid itself, but refuses to start when the pid has become another process's.
  if (processInfo(pid) !== null) rmSync(join(dataDir, 'postmaster.pid'), { force: true });
}

function servesFolder(pid: number, dataDir: string): boolean {
  const info = processInfo(pid);
  if (info === null || !/postgres|postmaster/.test(info.command)) return false;
  return info.cwd === null || info.cwd === realpathSync(dataDir);
}

/** PostgreSQL's own note: line 1 is its pid, line 8 says "ready" once it takes connections. */
export function postmaster(dataDir: string): { pid: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}
