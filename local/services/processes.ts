/**
 * What the machine says about a process. A pid alone proves little: it is given to another process as soon as the
 * first one is gone, so whoever remembers a pid remembers its start time with it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessInfo {
  pid: number;
  /** The pid of its parent. */
  parent: number;
  /** Opaque; equal exactly when it is the same process. */
  startedAt: string;
  command: string;
  /** null where the system does not tell (macOS, another user's process). */
  cwd: string | null;
}

const hasProc = existsSync('/proc/self/stat');

/** The living process with this pid, or null. A zombie counts as dead: some containers never reap them. */
export function processInfo(pid: number): ProcessInfo | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return hasProc ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessInfo | null {
  try {
    // "pid (name) state ppid … starttime": the name may hold spaces and brackets, so count from the last bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '', command, cwd: workingFolder(pid) };
  } catch {
    return null;
  }
}

function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

function fromPs(pid: number): ProcessInfo | null {
  try {
    const columns = 'stat=,ppid=,lstart=,command=';
    const line = execFileSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } }).trim();
    const [state = 'Z', parent, weekday, month, day, time, year, ...command] = line.split(/\s+/);
    if (state.startsWith('Z')) return null;
    const startedAt = [weekday, month, day, time, year].join(' ');
    return { pid, parent: Number(parent), startedAt, command: command.join(' '), cwd: null };
  } catch {
    return null;
  }
}

/** Is it still the same process that lives under this pid? */
export const isAlive = ({ pid, startedAt }: ProcessInfo): boolean => processInfo(pid)?.startedAt === startedAt;

/** Resolves with whether the condition came true before the limit. */
export async function within(limitMs: number, condition: () => boolean | Promise<boolean>, everyMs = 20): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await pause(everyMs);
  }
}
