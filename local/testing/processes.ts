/** For tests that start and kill real processes. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { isAlive, type ProcessInfo, processInfo, within } from '#local/services/processes.ts';

/** All running descendants of this process. */
export function descendants(pid: number): ProcessInfo[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  const found = [pid];
  for (const parent of found) found.push(...parents.filter(([, ppid]) => ppid === parent).map(([child]) => child));
  return found.slice(1).flatMap((child) => processInfo(child) ?? []);
}

/** Those of the processes that still run; a reused pid does not count. */
export const alive = (processes: ProcessInfo[]): ProcessInfo[] => processes.filter(isAlive);

/** Kills those that still run, for the end of a failed test. */
export function killAll(processes: ProcessInfo[]): void {
  for (const { pid } of alive(processes)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
}

/** A child's output so far, and a way to wait for more. */
export function listen(child: ChildProcess): { text(): string; until(pattern: RegExp, limitMs?: number): Promise<void> } {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  }
  return {
    text: () => text,
    async until(pattern, limitMs = 30_000) {
      const ended = () => child.exitCode !== null || child.signalCode !== null;
      await within(limitMs, () => pattern.test(text) || ended());
      if (!pattern.test(text)) throw new Error(`no ${pattern} in:\n${text}`);
    },
  };
}
