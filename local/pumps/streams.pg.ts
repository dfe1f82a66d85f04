/** Records of a stream's only shard, and how far each reader is. */
import type { Stream, StreamReader } from '../template-events.ts';
import type { StreamRecord } from './records.ts';
import type { Store } from './store.pg.ts';

/** How far a reader is: the last record that it has done with, and its open window. */
export interface Progress {
  position: number;
  window_start: Date | null;
  state: unknown;
  /** The state is larger than Lambda keeps it: the window ends early. */
  overflows: boolean;
}

/** Makes readers that are new in the template, and deletes those that are not in it any more and records that are older than their stream keeps them. */
export async function prepareStreams(store: Store, streams: readonly Stream[], readers: readonly StreamReader[], now: Date): Promise<void> {
  const names = streams.map(({ name }) => name);
  await store.query('delete from aws.stream_readers where name <> all($1)', [readers.map(({ name }) => name)]);
  for (const reader of readers) await progressOf(store, reader);
  await store.query(
    `delete from aws.stream_records r using unnest($1::text[], $2::integer[]) as s (name, hours)
      where r.stream = s.name and r.arrived_at < $3::timestamptz - make_interval(hours => s.hours)`,
    [names, streams.map(({ retentionHours }) => retentionHours), now],
  );
}

/** A reader that is new begins where the template says: at the stream's beginning, or after its last record. */
export async function progressOf(store: Store, { name, stream, fromBeginning }: StreamReader): Promise<Progress> {
  await store.query(
    `insert into aws.stream_readers (name, stream, position)
     select $1, $2, case when $3 then 0 else coalesce((select last from aws.streams where name = $2), 0) end on conflict do nothing`,
    [name, stream, fromBeginning],
  );
  const [row] = await store.query<Progress>(
    'select position::float8 as position, window_start, state, overflows from aws.stream_readers where name = $1',
    [name],
  );
  return row ?? { position: 0, window_start: null, state: null, overflows: false };
}

/** The next records after a position. @param before only those that arrived before */
export function nextRecords(store: Store, stream: string, position: number, limit: number, before: Date | null): Promise<StreamRecord[]> {
  return store.query<StreamRecord>(
    `select sequence::float8 as sequence, partition_key, data, arrived_at from aws.stream_records
      where stream = $1 and sequence > $2 and arrived_at < coalesce($3::timestamptz, 'infinity') order by sequence limit $4`,
    [stream, position, before, limit],
  );
}

export async function saveProgress(
  store: Store,
  { name }: StreamReader,
  { position, window_start, state, overflows }: Progress,
): Promise<void> {
  await store.query('update aws.stream_readers set position = $2, window_start = $3, state = $4, overflows = $5 where name = $1', [
    name,
    position,
    window_start,
    JSON.stringify(state ?? null),
    overflows,
  ]);
}

/** From now on no record arrives before this instant, so that a window which ended then stays complete. */
export async function closeArrivals(store: Store, stream: string, before: Date): Promise<void> {
  await store.query('update aws.streams set arrived_at = greatest(arrived_at, $2) where name = $1', [stream, before]);
}

export interface ReaderCounts {
  /** Records that it has not done with. */
  waiting: number;
  oldest: Date | null;
  window_start: Date | null;
  overflows: boolean;
}

/** Counts by reader. */
export async function countRecords(store: Store): Promise<Map<string, ReaderCounts>> {
  const rows = await store.query<ReaderCounts & { name: string }>(
    `select name, window_start, overflows, count(sequence)::integer as waiting, min(arrived_at) as oldest
       from aws.stream_readers left join aws.stream_records r on r.stream = stream_readers.stream and r.sequence > position
      group by name`,
  );
  return new Map(rows.map(({ name, ...counts }) => [name, counts]));
}
