import { foreignText } from '#platform/foreign-text.ts';
import type { IndexedProduct } from './indexed-products.pg.ts';
import { callOpenSearch, names, OpenSearchAway } from './opensearch.client.ts';

const bulkMs = 15_000;

/**
 * The indexes that are kept up to date: the one in use, and while a rebuild is under way the next one, too. None: nothing has been built yet, and what
 * changes is read when it is.
 */
export async function writtenIndexes(): Promise<string[]> {
  const { status, body } = await callOpenSearch('GET', `_alias/${names().written}`, undefined, bulkMs);
  if (status === 404) return [];
  if (status !== 200) throw new OpenSearchAway(`OpenSearch answered ${status}`);
  return Object.keys(body);
}

interface ItemReply {
  status: number;
  error?: { type: string; reason?: string };
}

/**
 * Writes products to indexes, and deletes those that are off the shelf, by one call. A product of a lower version than the index has is left alone
 * (`external_gte`), so the same may be written twice, and in any order. An index that was deleted meanwhile is passed over.
 * @throws OpenSearchAway; Error when a document is refused
 */
export async function writeProducts(indexes: readonly string[], products: readonly IndexedProduct[]): Promise<void> {
  const lines = indexes.flatMap((index) =>
    products.flatMap(({ id, version, document }): object[] => {
      const target = { _index: index, _id: id, version, version_type: 'external_gte' };
      return document ? [{ index: target }, document] : [{ delete: target }];
    }),
  );
  if (lines.length === 0) return;
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { status, body } = await callOpenSearch('POST', '_bulk', text, bulkMs);
  const items = status === 200 ? (body?.items as Record<string, ItemReply>[] | undefined) : undefined;
  if (!Array.isArray(items)) throw new OpenSearchAway(foreignText(`OpenSearch answered a bulk with ${status}: ${JSON.stringify(body)}`));
  const failed = items.flatMap((item) => Object.values(item)).filter(({ status }) => status >= 400 && status !== 404 && status !== 409);
  const [first] = failed;
  if (!first) return;
  const reason = foreignText(`OpenSearch refused ${failed.length} of ${items.length}: ${first.error?.type} ${first.error?.reason ?? ''}`);
  throw first.status === 429 || first.status >= 500 ? new OpenSearchAway(reason) : new Error(reason);
}
