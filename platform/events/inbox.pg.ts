import type { TransactionSql } from '../db/sql.ts';

/** Notes in the transaction of its effect that a consumer handles an event. False: it was handled before, so do nothing. */
export async function claimEvent(sql: TransactionSql, consumer: string, eventId: string, now: Date): Promise<boolean> {
  const rows = await sql(
    'insert into inbox (consumer, event_id, handled_at) values ($1, $2, $3) on conflict do nothing returning 1 as claimed',
    [consumer, eventId, now],
  );
  return rows.length === 1;
}
