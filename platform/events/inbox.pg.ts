import type { TransactionSql } from '../db/sql.ts';

/** Notes in the transaction of its effect that a consumer handles an event. False: it was handled before, so do nothing. */
export async function claimEvent(sql: TransactionSql, consumer: string, eventId: string, now: Date): Promise<boolean> {
  const rows = await sql(
    'insert into inbox (consumer, event_id, handled_at) values ($1, $2, $3) on conflict do nothing returning 1 as claimed',
    [consumer, eventId, now],
  );
  return rows.length === 1;
}

/** As `claimEvent`, and tells by the same statement whether the consumer failed at this event before. */
export async function claimDelivery(
  sql: TransactionSql,
  consumer: string,
  eventId: string,
  now: Date,
): Promise<{ claimed: boolean; failedBefore: boolean }> {
  const [row] = await sql<{ claimed: boolean; failed_before: boolean }>(
    `with claim as (insert into inbox (consumer, event_id, handled_at) values ($1, $2, $3) on conflict do nothing returning 1)
     select exists (select from claim) as claimed,
            exists (select from consumer_failures where consumer = $1 and event_id = $2) as failed_before`,
    [consumer, eventId, now],
  );
  return { claimed: row?.claimed === true, failedBefore: row?.failed_before === true };
}
