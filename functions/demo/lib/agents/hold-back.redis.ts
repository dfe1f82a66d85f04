import { setTimeout as pause } from 'node:timers/promises';
import { dialRedis } from '#platform/cache/dial-redis.ts';
import { config } from '#platform/config.ts';
import { log } from '#platform/telemetry/log.ts';
import type { Turns } from '../turns.ts';

/** The next pause is answered when the one before it has ended. */
const answerMs = 2_500;
/** How long to wait where Redis is really gone. */
const retryMs = 500;

/**
 * Holds Redis back for everybody, by its own command (CLIENT PAUSE), turn by turn until the fault ends or `signal` aborts. A pause ends by itself, and while
 * it lasts CLIENT UNPAUSE would wait too: so a pause is short, and none reaches beyond the fault.
 * @param endsAt of the fault, in milliseconds since 1970
 */
export async function holdBack(turns: Turns, endsAt: number, signal: AbortSignal): Promise<void> {
  if (config.REDIS_CONTROL_URL === undefined) return log('warn', 'there is no redis to hold back');
  const address = config.REDIS_CONTROL_URL;
  while (!signal.aborted && Date.now() < endsAt) {
    try {
      return await pauseInTurns(address, turns, endsAt, signal);
    } catch (error) {
      if (signal.aborted) return;
      log('warn', 'redis cannot be held back for now', { reason: error instanceof Error ? error.message : String(error) });
      await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function pauseInTurns(address: string, { onMs, offMs }: Turns, endsAt: number, signal: AbortSignal): Promise<void> {
  const { Redis } = await import('ioredis');
  const redis = await dialRedis(Redis, address, answerMs);
  // A pause that has not begun goes with its connection.
  const hangUp = () => redis.disconnect();
  signal.addEventListener('abort', hangUp, { once: true });
  try {
    let pausedUntil = 0;
    while (!signal.aborted) {
      const beginsAt = Math.max(Date.now(), pausedUntil);
      const ms = Math.min(onMs, endsAt - beginsAt);
      if (ms < 1) return;
      await redis.call('CLIENT', 'PAUSE', ms, 'ALL');
      pausedUntil = Date.now() + ms;
      if (offMs > 0) await pause(ms + offMs, undefined, { signal });
    }
  } finally {
    signal.removeEventListener('abort', hangUp);
    hangUp();
  }
}
