/**
 * What the system knows about a process. Pids are reused: to recognise a process later, store its start time together with its
 * pid.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessInfo {
  pid: number;
  /** The pid of its parent. */
  parent: number;
  /** Opaque: compare it together with the pid. */
  startedAt: string;
  command: string;
  /** Null where the system does not tell it (macOS, another user's process). */
  cwd: string | null;
}

const hasProc = existsSync('/proc/self/stat');

/** The running process with this pid, or null. A zombie counts as ended: some containers never reap them. */
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

/** Whether this process, and not another one with its pid, is running. */
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
