/** Whether Redis answers, by a connection of its own. */
import { Redis } from 'ioredis';

export interface RedisReader {
  /** Rejects when there is no answer in time. */
  ping(): Promise<void>;
  end(): void;
}

export function readRedis(url: string, limitMs: number): RedisReader {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: limitMs,
    commandTimeout: limitMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  redis.on('error', () => undefined);
  return {
    async ping() {
      if (redis.status === 'end' || redis.status === 'wait') await redis.connect();
      await redis.ping();
    },
    end: () => redis.disconnect(),
  };
}
