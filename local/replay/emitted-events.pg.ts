import { randomUUID } from 'node:crypto';
import type { Query } from './contents.pg.ts';

interface Emitted {
  type: string;
  event: { time: string };
}

/** The events in the outbox as the bus hands them to a target; by type, the last one of each. */
export async function emittedEvents(query: Query): Promise<Map<string, object>> {
  const rows = await query<Emitted>("select type, event from outbox where event ? 'specversion' order by created_at, id");
  return new Map(rows.map(({ type, event }) => [type, busEvent(type, event)]));
}

const busEvent = (type: string, detail: Emitted['event']) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': type,
  source: 'kelvo',
  account: '000000000000',
  time: `${detail.time.slice(0, 19)}Z`,
  region: 'us-east-1',
  resources: [],
  detail,
});
