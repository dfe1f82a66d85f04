import { randomBytes } from 'node:crypto';
import { config } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import { estimateProducts, selectIndexedAfter } from './indexed-products.pg.ts';
import { callOpenSearch, names, OpenSearchAway } from './opensearch.client.ts';
import { fingerprint, type IndexDefinition, indexDefinition } from './opensearch-documents.ts';
import { writeProducts, writtenIndexes } from './write-index.client.ts';

const first = '00000000-0000-0000-0000-000000000000';
const adminMs = 60_000;
/** A rebuild that stood still for longer begins anew: events may have been lost meanwhile, while no engine was configured. */
const freshMs = 3_600_000;

/** Where a rebuild is, kept in the next index's own mapping. */
interface Progress {
  definition: string;
  /** The last product's id. */
  after: string;
  written: number;
  at: string;
}

export interface Rebuilt {
  /**
   * `stopped`: call again, and it goes on. `overtaken`: another rebuild, which ran at the same time, took the index away and has its own.
   * `no engine`: OpenSearch is not the engine here.
   */
  outcome: 'done' | 'stopped' | 'overtaken' | 'no engine';
  written: number;
}

/** An index that is worked at is not there any more. */
class IndexGone extends Error {}

interface RebuildOptions {
  now: () => Date;
  /** Stop after the batch under way once it is aborted. */
  signal: AbortSignal;
  batch?: number;
  /** Is told how many were written so far, and waited for. */
  say?: (written: number) => unknown;
}

/**
 * Builds the index anew from PostgreSQL, while the one in use answers, and puts it in its place at once. What changes meanwhile is written to both: the
 * consumer asks which indexes are written before each event, so every change is either in the rows that are read here or written by it, and the later
 * version stays. A run that ended early is gone on with; two at the same time do the same work twice and harm nothing: one of them may be overtaken.
 * @throws OpenSearchAway
 */
export async function rebuildIndex(sql: Sql, { now, signal, batch = 2_000, say = () => undefined }: RebuildOptions): Promise<Rebuilt> {
  if (config.SEARCH_ENGINE === 'postgres') return { outcome: 'no engine', written: 0 };
  try {
    return await rebuild(sql, { now, signal, batch, say });
  } catch (error) {
    if (error instanceof IndexGone) return { outcome: 'overtaken', written: 0 };
    throw error;
  }
}

async function rebuild(sql: Sql, { now, signal, batch, say }: Required<RebuildOptions>): Promise<Rebuilt> {
  // A change that arrives for an index which was just deleted must not make one, without our mapping.
  await call('PUT', '_cluster/settings', { persistent: { 'action.auto_create_index': '-kelvo-*,+*' } });
  const definition = indexDefinition(await estimateProducts(sql));
  const { index, progress } = (await unfinished(definition, now())) ?? (await begin(definition, now()));
  for (let { after, written } = progress, more = true; more; ) {
    if (signal.aborted) return { outcome: 'stopped', written };
    const products = await selectIndexedAfter(sql, after, batch);
    await writeProducts([index], products);
    after = products.at(-1)?.id ?? after;
    written += products.length;
    more = products.length === batch;
    Object.assign(progress, { after, written, at: now().toISOString() });
    await call('PUT', `${index}/_mapping`, { _meta: progress });
    await say(written);
  }
  await putInPlace(index);
  return { outcome: 'done', written: progress.written };
}

/** The next index, if a rebuild of this definition was under way lately. Leftovers of others are deleted. */
async function unfinished(definition: IndexDefinition, now: Date): Promise<{ index: string; progress: Progress } | undefined> {
  const inUse = await indexesOf(names().read);
  const left = (await writtenIndexes()).filter((index) => !inUse.includes(index));
  let found: { index: string; progress: Progress } | undefined;
  for (const index of left) {
    const body = await call('GET', `${index}/_mapping`);
    const progress = body[index]?.mappings?._meta as Progress | undefined;
    const goesOn = progress?.definition === fingerprint(definition) && now.getTime() - Date.parse(progress.at) < freshMs;
    if (goesOn && !found) found = { index, progress };
    else await call('DELETE', index);
  }
  return found;
}

async function begin({ settings, mappings }: IndexDefinition, now: Date): Promise<{ index: string; progress: Progress }> {
  const { index: nameOf, written } = names();
  const index = nameOf(`${now.toISOString().replace(/\D/g, '')}-${randomBytes(4).toString('hex')}`); // two may begin in the same millisecond
  const progress = { definition: fingerprint({ settings, mappings }), after: first, written: 0, at: now.toISOString() };
  // Searchable once it is whole: until then nothing is made ready for searches.
  await call('PUT', index, {
    settings: { ...settings, refresh_interval: -1 },
    mappings: { ...mappings, _meta: progress },
    aliases: { [written]: {} },
  });
  return { index, progress };
}

/** Makes an index the one that searches ask, in one step, and deletes all others. */
async function putInPlace(index: string): Promise<void> {
  const { read, written } = names();
  await call('PUT', `${index}/_settings`, { refresh_interval: null });
  await call('POST', `${index}/_refresh`);
  const others = new Set([...(await indexesOf(read)), ...(await indexesOf(written))]);
  others.delete(index);
  const gone = [...others].map((other) => ({ remove_index: { index: other } }));
  await call('POST', '_aliases', { actions: [{ add: { index, alias: read } }, ...gone] });
}

async function indexesOf(alias: string): Promise<string[]> {
  const { status, body } = await callOpenSearch('GET', `_alias/${alias}`, undefined, adminMs);
  return status === 404 ? [] : Object.keys(body);
}

/** A call that has to succeed. */
async function call(
  ...[method, path, body]: [method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object]
): Promise<Record<string, { mappings?: { _meta?: unknown } }>> {
  const reply = await callOpenSearch(method, path, body, adminMs);
  if (reply.status === 404) throw new IndexGone(`${method} ${path}: OpenSearch has no such index`);
  if (reply.status >= 300)
    throw new OpenSearchAway(`OpenSearch answered ${method} ${path} with ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply.body;
}
