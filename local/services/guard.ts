/**
 * A service must not outlive the gateway, whatever ends the gateway, SIGKILL included. So each service has a guard: a shell in a
 * session of its own (Ctrl-C does not reach it) that reads from a pipe whose other end only the gateway holds. When the pipe
 * closes, the gateway is gone, and the guard ends the service.
 */
import { spawn } from 'node:child_process';

/** The signals that end a service, mildest first, each with the time to wait before the next one. */
export type StopSignals = readonly { signal: 'SIGINT' | 'SIGTERM' | 'SIGQUIT' | 'SIGKILL'; graceMs: number }[];

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

/** Guards a process; the returned function ends the guard and leaves the process running. */
export function guard(pid: number, signals: StopSignals): () => void {
  const steps = signals.map(({ signal, graceMs }) => `${signal.slice(3)}:${Math.round(graceMs / 100)}`);
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
