/** A Redis (or Valkey) of our own for local runs: a cache and nothing else, so it keeps nothing on disk. */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lastLines } from './log-tail.ts';
import { ask, freePort } from './ports.ts';
import { supervise } from './supervise.ts';

export interface LocalRedis {
  url: string;
  port: number;
  pid(): number | null;
  stop(): Promise<void>;
}

export interface RedisOptions {
  port?: number;
  /** Where its log goes; nowhere by default. */
  logFile?: string;
  /** Another address of this machine to listen on, for containers; without a password. */
  also?: string | undefined;
  /** Also speaks TLS, on a port of its own (files). */
  tls?: { port: number; certificate: string; key: string; authority: string };
  say?: (line: string) => void;
}

/** The first redis-server or valkey-server on PATH, or null. */
export function findRedis(path = process.env.PATH ?? ''): string | null {
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of path.split(delimiter)) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {}
    }
  }
  return null;
}

/** Whether a Redis answers on this port, also one that asks for a password. */
export async function redisAnswers(port: number): Promise<boolean> {
  const answer = await ask(port, 'PING\r\n');
  return answer !== null && /^(\+PONG|-NOAUTH|-LOADING)/.test(answer.toString('latin1'));
}

/** Starts Redis on 127.0.0.1. Without a binary it says so and resolves with null: everything works without Redis, slower. */
export async function startRedis({
  port: wanted,
  logFile = '/dev/null',
  also,
  tls,
  say = () => {},
}: RedisOptions = {}): Promise<LocalRedis | null> {
  const binary = findRedis();
  if (binary === null) {
    say('no redis-server or valkey-server found: running without the cache');
    return null;
  }
  const port = wanted ?? (await freePort());
  // Protected mode would refuse all but 127.0.0.1.
  const addresses = also === undefined ? ['--bind', '127.0.0.1'] : ['--bind', '127.0.0.1', also, '--protected-mode', 'no'];
  const args = ['--port', String(port), ...addresses, '--save', '', '--appendonly', 'no', '--daemonize', 'no'];
  const memory = ['--maxmemory', '256mb', '--maxmemory-policy', 'volatile-lru'];
  const encryption = tls
    ? ['--tls-port', tls.port, '--tls-cert-file', tls.certificate, '--tls-key-file', tls.key, '--tls-ca-cert-file', tls.authority]
        .map(String)
        .concat('--tls-auth-clients', 'no')
    : [];
  const service = await supervise({
    name: 'Redis',
    port,
    launch() {
      const log = openSync(logFile, 'a');
      const child = spawn(binary, [...args, ...memory, ...encryption], { detached: true, cwd: '/', stdio: ['ignore', log, log] });
      closeSync(log);
      return child;
    },
    isReady: () => redisAnswers(port),
    answers: () => redisAnswers(port),
    failureReason: () => lastLines(logFile),
    stopSignals: [
      { signal: 'SIGTERM', graceMs: 2_500 },
      { signal: 'SIGKILL', graceMs: 0 },
    ],
    say,
  });
  return { url: `redis://127.0.0.1:${port}`, port, pid: service.pid, stop: service.stop };
}
