/**
 * One Kelvo a data folder. The gateway that uses a folder writes its pid into `<folder>.owner`, PostgreSQL writes its own into
 * `postmaster.pid`. Both files outlive a crash, and then the pid may belong to another process: a file counts only if its
 * process still runs and started when the file says.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processInfo, within } from './processes.ts';

/** How long to wait for a PostgreSQL whose gateway was just killed: its guard ends it within 4 s. */
const orphanLimitMs = 6_000;
const lockLimitMs = 2_000;

/** Claims the folder for this process, or throws naming the process that has it. Returns a function that releases it. */
export async function claimDataFolder(dataDir: string): Promise<() => void> {
  const file = `${dataDir}.owner`;
  const owner = await writeClaim(file);
  if (owner !== null)
    throw new Error(`the data folder ${dataDir} is in use by another running Kelvo (process ${owner}): stop that one first`);
  // Only our own claim is removed, never that of another process.
  const release = () => {
    if (readOwner(file) === process.pid) rmSync(file, { force: true });
  };
  try {
    await settlePostmaster(dataDir);
    return release;
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Writes the claim, or returns the living process that has one. A lock file makes reading and writing one step, so that of two
 * starts at once one wins. A hard link appears with its whole content, and making it fails where the name is taken.
 */
async function writeClaim(file: string): Promise<number | null> {
  const lock = `${file}.lock`;
  const mine = `${file}.${randomUUID()}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: processInfo(process.pid)?.startedAt }));
  try {
    if (!(await within(lockLimitMs, () => takeLock(lock, mine), 5))) throw new Error(`${lock} is held by another process: remove it`);
    const owner = readOwner(file);
    if (owner === null) renameSync(mine, file);
    rmSync(lock);
    return owner;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** False while another process holds the lock. It is held for less than a millisecond; the lock of a process that is gone is from a crash and removed. */
function takeLock(lock: string, mine: string): boolean {
  if (readClaim(lock)?.alive === false) rmSync(lock, { force: true });
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The running process that claimed the folder, if any. */
function readOwner(file: string): number | null {
  const claim = readClaim(file);
  return claim?.alive ? claim.pid : null;
}

function readClaim(file: string): { pid: number; alive: boolean } | null {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; startedAt: string };
    return { pid, alive: processInfo(pid)?.startedAt === startedAt };
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
  // PostgreSQL removes the file of a dead process itself, but refuses to start if the pid now belongs to another process.
  if (processInfo(pid) !== null) rmSync(join(dataDir, 'postmaster.pid'), { force: true });
}

function servesFolder(pid: number, dataDir: string): boolean {
  const info = processInfo(pid);
  if (info === null || !/postgres|postmaster/.test(info.command)) return false;
  return info.cwd === null || info.cwd === realpathSync(dataDir);
}

/** Reads postmaster.pid: line 1 is the pid, line 8 says "ready" once it accepts connections. */
export function postmaster(dataDir: string): { pid: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}
