import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startOpenSearch } from '#tests/support/opensearch/node.ts';
import { root } from './stores.ts';

export const engineNames = ['postgres', 'opensearch'] as const;
export type EngineName = (typeof engineNames)[number];

/** What finds products in a bench. */
export interface Engine {
  /** For the functions; OpenSearch has time enough here, so that a busy machine measures it and not what answers in its stead. */
  variables: Record<string, string>;
  /** Builds the index of a database's products; PostgreSQL has its own. */
  fill(databaseUrl: string): Promise<void>;
  /** How many searches it answered; NaN: nobody counts. */
  answered(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts an engine, with nothing in it. @throws Error for a name that is none */
export async function startEngine(name: string): Promise<Engine> {
  if (!engineNames.some((known) => known === name)) throw new Error(`--engine is ${engineNames.join(' or ')}`);
  if (name === 'postgres')
    return { variables: {}, fill: async () => undefined, answered: async () => Number.NaN, stop: async () => undefined };
  const node = await startOpenSearch({ heapMb: 1_024, quick: false });
  return {
    variables: { SEARCH_ENGINE: 'opensearch', OPENSEARCH_ENDPOINT: node.url, OPENSEARCH_TIMEOUT_MS: '5000' },
    async fill(databaseUrl) {
      const env = { ...process.env, DATABASE_URL: databaseUrl, OPENSEARCH_ENDPOINT: node.url };
      const child = spawn(process.execPath, [join(root, 'scripts/search-reindex.ts')], { env, stdio: ['ignore', 'ignore', 'inherit'] });
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`npm run search:reindex ended with ${code}`);
    },
    async answered() {
      const response = await fetch(`${node.url}/kelvo-local-products/_stats/search`);
      const { _all } = (await response.json()) as { _all: { primaries: { search: { query_total: number } } } };
      return _all.primaries.search.query_total;
    },
    stop: () => node.stop(),
  };
}
