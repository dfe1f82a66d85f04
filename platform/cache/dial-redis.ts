import type { Redis } from 'ioredis';
import { iamToken } from '../auth/iam-token.ts';
import { config } from '../config.ts';
import { watchRedis } from '../telemetry/otlp.ts';

/**
 * Makes a connection that is ready to use. ioredis must not reconnect by itself: on Lambda it would do so in a frozen process.
 * @param driver loaded by the caller, who knows when
 * @param answerMs how long to wait at most, be it for the connection or for an answer
 */
export async function dialRedis(driver: typeof Redis, address: string, answerMs: number): Promise<Redis> {
  const url = new URL(address);
  const client = new driver(address, {
    ...(config.REDIS_AUTH === 'iam' ? { password: await signIn(url) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: { servername: url.hostname } } : {}),
    lazyConnect: true,
    connectTimeout: answerMs,
    commandTimeout: answerMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  watchRedis(client);
  client.on('error', () => undefined); // the failing command rejects anyway
  // A server that hangs takes connections and says nothing; ioredis would wait 2 s more for it to close its end.
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error('Connecting timed out')), answerMs);
  });
  try {
    await Promise.race([client.connect(), tooLate]);
    return client;
  } catch (error) {
    client.disconnect();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

const signIn = (url: URL) =>
  iamToken('elasticache', config.REDIS_CLUSTER_NAME ?? url.hostname, { Action: 'connect', User: decodeURIComponent(url.username) });
