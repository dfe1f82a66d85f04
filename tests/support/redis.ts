import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from '#local/services/ports.ts';
import { within } from '#local/services/processes.ts';
import { findRedis, redisAnswers } from '#local/services/redis.ts';

/** A Redis that a test may kill, stop and start again: nobody else uses it, and nobody brings it back. */
export interface OwnRedis {
  url: string;
  start(): Promise<void>;
  /** Kills it. */
  kill(): Promise<void>;
  /** Stops it (SIGSTOP): the system still accepts connections, nothing is answered. */
  hang(): void;
  goOn(): void;
}

export async function ownRedis(): Promise<OwnRedis> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    start: async () => {
      const binary = findRedis();
      if (binary === null) throw new Error('There is no redis-server on this machine');
      child = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
      if (!(await within(5_000, () => redisAnswers(port)))) throw new Error('Redis does not start');
    },
    kill: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    hang: () => void child?.kill('SIGSTOP'),
    goOn: () => void child?.kill('SIGCONT'),
  };
}

/** A look into the server past the functions. */
export function lookInto(url: string): Redis {
  const redis = new Redis(url, { retryStrategy: (times) => Math.min(100, times * 20), maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  return redis;
}
