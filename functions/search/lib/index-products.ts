import type { productArchived, productChanged } from '#functions/catalog/lib/contract.ts';
import { config } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { ReceivedEvent } from '#platform/events/envelope.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { selectIndexed } from './indexed-products.pg.ts';
import { writeProducts, writtenIndexes } from './write-index.client.ts';

/**
 * Brings a product in the index up to date, whatever happened to it: what is written is read from PostgreSQL now. One that is gone is deleted there as
 * of the instant of its event, so that no older change brings it back. Where PostgreSQL is the engine there is nothing to do.
 * @throws OpenSearchAway
 */
export async function indexChange(
  sql: Sql,
  { time, data: { productId, updatedAt } }: ReceivedEvent<typeof productChanged | typeof productArchived>,
  { now }: { now: Date },
): Promise<void> {
  if (config.SEARCH_ENGINE === 'postgres') return;
  const indexes = await writtenIndexes();
  if (indexes.length === 0) return;
  const [product = { id: productId, version: Date.parse(updatedAt), document: null }] = await selectIndexed(sql, [productId]);
  await writeProducts(indexes, [product]);
  measure('search_index_lag', Math.max(0, now.getTime() - Date.parse(time)));
}
