import { config } from '#platform/config.ts';
import { log } from '#platform/telemetry/log.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { postgresIndex } from './postgres-index.pg.ts';
import type { ProductIndex } from './product-index.ts';

/** The index that SEARCH_ENGINE names. While OpenSearch is away, PostgreSQL answers the same question: slower for a large catalog, but the same. */
export const productIndex: ProductIndex = {
  find: (sql, question) => ask((index) => index.find(sql, question)),
  suggest: (sql, typed, limit) => ask((index) => index.suggest(sql, typed, limit)),
};

async function ask<T>(question: (index: ProductIndex) => Promise<T>): Promise<T> {
  if (config.SEARCH_ENGINE === 'postgres') return question(postgresIndex);
  // Loaded where it is chosen, and only there.
  const { OpenSearchAway } = await import('./opensearch.client.ts');
  const { openSearchIndex } = await import('./opensearch-index.client.ts');
  const began = performance.now();
  try {
    const answer = await question(openSearchIndex);
    measure('search_engine_duration', performance.now() - began);
    return answer;
  } catch (error) {
    if (!(error instanceof OpenSearchAway)) throw error;
    log('warn', 'PostgreSQL answers a search instead of OpenSearch', { reason: error.message });
    measure('search_engine_away', 1);
    return question(postgresIndex);
  }
}
