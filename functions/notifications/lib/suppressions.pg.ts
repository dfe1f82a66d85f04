import type { Sql } from '#platform/db/sql.ts';
import type { MailReport } from './mail-report.ts';
import type { FailedNotification } from './tell-of-failure.ts';

/** Ends mails to addresses; why one is on the list already stays. */
export async function suppressAddresses(
  sql: Sql,
  { addresses, reason }: Pick<MailReport, 'addresses' | 'reason'>,
  now: Date,
): Promise<void> {
  await sql(
    'insert into mail_suppressions (address, reason, at) select address, $2, $3 from unnest($1::text[]) as address on conflict do nothing',
    [addresses, reason, now],
  );
}

/** Why no mail may go to an address; undefined when one may. */
export async function suppressionOf(sql: Sql, address: string): Promise<string | undefined> {
  const [row] = await sql<{ reason: string }>('select reason from mail_suppressions where address = lower($1)', [address]);
  return row?.reason;
}

/** Lets mails go to an address again. @returns why they did not; undefined when they did */
export async function deleteSuppression(sql: Sql, address: string): Promise<string | undefined> {
  const [row] = await sql<{ reason: string }>('delete from mail_suppressions where address = lower($1) returning reason', [address]);
  return row?.reason;
}

/**
 * Writes a report on the mail's row: found by SES's id, or by ours where the answer to the sending is not written down yet. A mail that has failed
 * stays so.
 * @returns the mail; none where there is none, or it had failed before
 */
export const markReported = (
  sql: Sql,
  { providerId, notificationId, reason, outcome }: Pick<MailReport, 'providerId' | 'notificationId' | 'reason' | 'outcome'>,
): Promise<FailedNotification[]> =>
  sql<FailedNotification>(
    `update notifications set reason = $3, status = case when $4 then 'failed' else status end
      where (provider_id = $1 or id = $2::uuid) and channel = 'mail' and status in ('pending', 'sent')
      returning id, kind, channel, order_id as "orderId"`,
    [providerId, notificationId, reason, outcome === 'failed'],
  );
