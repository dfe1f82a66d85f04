/** Where queues and streams keep what they hold: tables of the schema `aws`, so that nothing is lost when the gateway dies. */
import pg from 'pg';
import { newId } from '#platform/ids.ts';

type Query = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;

export interface Store {
  /** Does not wait for the disk. When PostgreSQL itself dies, the last of it is lost: what was received and settled then comes again. */
  query: Query;
  /** Waits for the disk: for what somebody is told that we have it. */
  queryDurably: Query;
  end(): Promise<void>;
}

/**
 * The store that belongs to a shop's database: the database `aws` on a server of our own, else the schema `aws` of the database that was given.
 * Either way the tables are in a schema `aws`.
 */
export function storeUrl(shopUrl: string, ownServer: boolean): string {
  if (!ownServer) return shopUrl;
  const url = new URL(shopUrl);
  url.pathname = '/aws';
  return url.href;
}

/** The names in `queue` and `stream` are the template's logical ids. A message is under way while it has a receipt. */
const tables = `
select pg_advisory_xact_lock(hashtext('aws'));
create schema if not exists aws;
create table if not exists aws.messages (
  id uuid primary key,
  queue text not null,
  body text not null,
  sent_at timestamptz(3) not null,
  visible_at timestamptz(3) not null,
  first_received_at timestamptz(3),
  received integer not null default 0,
  receipt uuid,
  source text
);
alter table aws.messages add column if not exists attributes jsonb not null default '{}';
create index if not exists messages_due on aws.messages (queue, visible_at);
create table if not exists aws.streams (name text primary key, last bigint not null default 0, arrived_at timestamptz(3));
create table if not exists aws.stream_records (
  stream text not null,
  sequence bigint not null,
  partition_key text not null,
  data text not null,
  arrived_at timestamptz(3) not null,
  primary key (stream, sequence)
);
create table if not exists aws.stream_readers (
  name text primary key,
  stream text not null,
  position bigint not null,
  window_start timestamptz(3),
  state jsonb,
  overflows boolean not null default false
);`;

/** Opens the store, and makes its tables where they are missing. A lost connection is replaced at the next query. */
export async function openStore(url: string): Promise<Store> {
  const open = (max: number, options = '') => {
    const settings = { connectionTimeoutMillis: 5_000, application_name: 'kelvo-pumps' };
    const pool = new pg.Pool({ connectionString: url, max, options, ...settings });
    pool.on('error', () => undefined);
    const query: Query = async <Row extends object>(text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as Row[];
    return { query, end: () => pool.end() };
  };
  const durable = open(2);
  const quick = open(5, '-c synchronous_commit=off');
  const end = async () => void (await Promise.all([durable.end(), quick.end()]));
  await durable.query(tables).catch(async (error) => {
    await end();
    throw error;
  });
  return { query: quick.query, queryDurably: durable.query, end };
}

/** Forgets everything that is queued or read. Sequence numbers go on. */
export async function emptyStore(url: string): Promise<void> {
  const store = await openStore(url);
  await store.query('truncate aws.messages, aws.stream_records, aws.stream_readers').finally(store.end);
}

export interface Outgoing {
  messages: { queue: string; body: string }[];
  records: { stream: string; partitionKey: string; data: string }[];
}

/**
 * Stores messages and records, all or none. A stream's row is locked while its records are written: so they become visible in the order of
 * their numbers, and a reader that goes on from a number misses none.
 */
export async function enqueue(store: Store, { messages, records }: Outgoing, now: Date): Promise<void> {
  await store.queryDurably(
    `with sent as (
       insert into aws.messages (id, queue, body, sent_at, visible_at)
       select id, queue, body, $1, $1 from unnest($2::uuid[], $3::text[], $4::text[]) as m (id, queue, body)),
     given as (
       select * from unnest($5::text[], $6::text[], $7::text[]) with ordinality as r (stream, partition_key, data, place)),
     numbered as (
       insert into aws.streams as s (name, last, arrived_at) select stream, count(*), $1 from given group by stream
           on conflict (name) do update set last = s.last + excluded.last, arrived_at = greatest(s.arrived_at, excluded.arrived_at)
       returning name, last, arrived_at)
     insert into aws.stream_records (stream, sequence, partition_key, data, arrived_at)
     select stream, last - count(*) over (partition by stream) + row_number() over (partition by stream order by place),
            partition_key, data, arrived_at
       from given join numbered on name = stream`,
    [
      now,
      messages.map(() => newId()),
      messages.map(({ queue }) => queue),
      messages.map(({ body }) => body),
      records.map(({ stream }) => stream),
      records.map(({ partitionKey }) => partitionKey),
      records.map(({ data }) => data),
    ],
  );
}
