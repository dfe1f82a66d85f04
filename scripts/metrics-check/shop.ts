import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '../../local/run.ts';
import { startThrowawayStores } from '../../local/services/throwaway.ts';

/** The whole shop as `npm start` runs it, quietly, on stores that leave nothing behind. */
export async function startScrapedShop(): Promise<{ url: string; stop(): Promise<void> }> {
  const stores = await startThrowawayStores();
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-metrics-'));
  const removed = () => rmSync(folder, { recursive: true, force: true });
  const shell = { DATABASE_URL: stores.shopUrl, POWERTOOLS_LOG_LEVEL: 'SILENT', ...(stores.redisUrl && { REDIS_URL: stores.redisUrl }) };
  try {
    const local = await startLocal({ port: 0, folder, shell, say: () => {} });
    return {
      url: local.url,
      async stop() {
        await local.stop();
        await stores.stop();
        removed();
      },
    };
  } catch (error) {
    await stores.stop();
    removed();
    throw error;
  }
}
