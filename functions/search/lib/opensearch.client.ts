import type * as z from 'zod/mini';
import { callAws } from '#platform/aws-call.ts';
import { admit, afterFailure, type Breaker, closed, isOpen } from '#platform/breaker.ts';
import { config } from '#platform/config.ts';
import { foreignText } from '#platform/foreign-text.ts';
import { perProcess } from '#platform/per-process.ts';
import { log } from '#platform/telemetry/log.ts';
import { indexNames } from './opensearch-documents.ts';

/** OpenSearch gave no answer that is one: it cannot be reached, is late or busy, fails, or says what nobody understands. */
export class OpenSearchAway extends Error {
  override name = 'OpenSearchAway';
}

/** The names of this stage's indexes. */
export const names = () => indexNames(config.STAGE);

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows what comes
  body: any;
}

/**
 * Makes one call of OpenSearch's API. Over https it is signed, as Amazon OpenSearch Service wants it (service `es`); an http address is a node of our own.
 * @param body JSON, or lines of JSON as they are
 * @returns also an answer that refuses (4xx, but 429)
 * @throws OpenSearchAway
 */
export async function callOpenSearch(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object | string | undefined,
  timeoutMs: number,
): Promise<Reply> {
  const endpoint = config.OPENSEARCH_ENDPOINT;
  if (endpoint === undefined) throw new OpenSearchAway('OPENSEARCH_ENDPOINT is not set');
  const url = `${endpoint}/${path}`;
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const headers = { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' };
  try {
    const request = { method, headers, ...(text !== undefined && { body: text }) };
    const response = endpoint.startsWith('https:')
      ? await callAws('es', { url, ...request }, timeoutMs)
      : await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) });
    const said = await response.text();
    if (response.status >= 500 || response.status === 429) throw new Error(`it answered ${response.status}: ${said}`);
    return { status: response.status, body: said === '' ? undefined : JSON.parse(said) };
  } catch (error) {
    throw new OpenSearchAway(foreignText(`OpenSearch ${method} ${path.split('?')[0]}: ${error instanceof Error ? error.message : error}`));
  }
}

/**
 * Searches: within OPENSEARCH_TIMEOUT_MS, as PostgreSQL may still have to answer; and not at all while the breaker is open, so that a dead OpenSearch
 * costs a request that time only once in a while.
 * @throws OpenSearchAway, also when there is no index yet
 */
export async function searchOpenSearch<S extends z.ZodMiniType>(answer: S, body: object): Promise<z.output<S>> {
  const link = perProcess<{ breaker: Breaker }>('opensearch-breaker', () => ({ breaker: closed }));
  const { admission, next } = admit(link.breaker, Date.now());
  link.breaker = next;
  if (admission === 'refused') throw new OpenSearchAway('OpenSearch is not asked for now');
  try {
    const path = `${names().read}/_search?allow_partial_search_results=false`;
    const reply = await callOpenSearch('POST', path, body, config.OPENSEARCH_TIMEOUT_MS);
    const read = answer.safeParse(reply.body);
    if (reply.status !== 200 || !read.success)
      throw new OpenSearchAway(foreignText(`OpenSearch answered a search with ${reply.status}: ${JSON.stringify(reply.body)}`));
    if (isOpen(link.breaker)) log('info', 'OpenSearch is used again');
    link.breaker = closed;
    return read.data;
  } catch (error) {
    const before = link.breaker;
    link.breaker = afterFailure(before, admission, Date.now());
    if (link.breaker !== before)
      log('warn', 'OpenSearch is not used for now', { reason: (error as Error).message, open_ms: link.breaker.openMs });
    throw error;
  }
}

/** Resolves if searches can be answered now. For health, which asks past the breaker and leaves it as it is. */
export async function pingOpenSearch(): Promise<void> {
  const { status } = await callOpenSearch(
    'POST',
    `${names().read}/_search`,
    { size: 0, track_total_hits: false },
    config.OPENSEARCH_TIMEOUT_MS,
  );
  if (status !== 200) throw new OpenSearchAway(`OpenSearch answered ${status}`);
}
