import type { Noted } from '#tests/support/traffic-ledger.ts';
import { percentile } from '../load/judge.ts';
import type { OwnShop } from '../load/own-shop.ts';
import { queuesOf, waitingIn } from '../load/sight.ts';
import type { Second } from './record.ts';

/** What the answers of one second come to. */
export function answersOf(answers: readonly Noted[]): Pick<Second, 'sent' | 'ok' | 'failed' | 'p50' | 'p95'> {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const failed: Record<string, number> = {};
  for (const { failure } of answers) if (failure !== undefined) failed[failure] = (failed[failure] ?? 0) + 1;
  const ok = answers.filter(({ failure }) => failure === undefined).length;
  const at = (share: number) => (times.length === 0 ? null : percentile(times, share));
  return { sent: answers.length, ok, failed, p50: at(0.5), p95: at(0.95) };
}

export type State = Pick<Second, 'waiting' | 'connections' | 'lockWaits' | 'held'>;

/** What operators see of the shop now. */
export async function stateOf({ url, query }: Pick<OwnShop, 'url' | 'query'>): Promise<State> {
  const [row] = await query<Omit<State, 'waiting'> & { events: number }>(
    `select (select count(*) from outbox where published_at is null)::integer as events,
            count(*) filter (where usename = 'kelvo_app' and application_name not like 'kelvo-fault%')::integer as connections,
            count(*) filter (where usename = 'kelvo_app' and wait_event_type = 'Lock')::integer as "lockWaits",
            count(*) filter (where application_name like 'kelvo-fault%')::integer as held
       from pg_stat_activity`,
  );
  const { events = 0, connections = 0, lockWaits = 0, held = 0 } = row ?? {};
  return { waiting: events + waitingIn(await queuesOf(url)), connections, lockWaits, held };
}
