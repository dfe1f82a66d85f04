import { execFileSync } from 'node:child_process';
import type { Held } from '#local/pumps/held.ts';
import type { Sighting } from './growth.ts';
import type { OwnShop } from './own-shop.ts';

/** What there is of a shop now. @param at seconds since the start */
export async function sight({ pid, url, query }: Pick<OwnShop, 'pid' | 'url' | 'query'>, at: number): Promise<Sighting> {
  const [row] = await query<{ connections: number; events: number }>(
    `select (select count(*) from pg_stat_activity where usename = 'kelvo_app')::integer as connections,
            (select count(*) from outbox where published_at is null)::integer as events`,
  );
  const memoryBytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
  return { at, memoryBytes, connections: row?.connections ?? 0, waiting: (row?.events ?? 0) + waitingIn(await queuesOf(url)) };
}

/** What the shop's queues and streams hold. */
export async function queuesOf(url: string): Promise<Held[]> {
  const response = await fetch(`${url}/_local/queues`);
  return ((await response.json()) as { queues: Held[] }).queues;
}

/** Messages and records that wait for a consumer: not what only waits for a person to look. */
export const waitingIn = (queues: readonly Held[]): number =>
  queues.filter(({ consumer }) => consumer !== null).reduce((sum, { visible, underWay, delayed }) => sum + visible + underWay + delayed, 0);
