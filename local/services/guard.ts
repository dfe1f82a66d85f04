/**
 * A service must not outlive the gateway, whatever ends the gateway, SIGKILL included. So each service has a guard: a shell in a
 * session of its own (Ctrl-C does not reach it) that reads from a pipe whose other end only the gateway holds. When the pipe
 * closes, the gateway is gone, and the guard ends the service.
 */
import { spawn } from 'node:child_process';

/** What ends a service, mildest first, with the time each signal gets. */
export type StopLadder = readonly { signal: 'SIGINT' | 'SIGTERM' | 'SIGQUIT' | 'SIGKILL'; graceMs: number }[];

const script = `
IFS= read -r word
[ "$word" = done ] && exit 0
pid=$1; shift
for step in "$@"; do
  kill -s "\${step%%:*}" "$pid" 2>/dev/null || exit 0
  tenths=\${step##*:}
  while [ "$tenths" -gt 0 ]; do
    sleep 0.1
    kill -s 0 "$pid" 2>/dev/null || exit 0
    tenths=$((tenths - 1))
  done
done
`;

/** Guards a process; the returned function dismisses the guard without touching the process. */
export function guard(pid: number, ladder: StopLadder): () => void {
  const steps = ladder.map(({ signal, graceMs }) => `${signal.slice(3)}:${Math.round(graceMs / 100)}`);
  const shell = spawn('/bin/sh', ['-c', script, 'kelvo-guard', String(pid), ...steps], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  shell.unref();
  return () => shell.stdin?.end('done\n');
}
