import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { actorOf, type Shopper } from '#platform/auth/shopper.ts';
import { transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { deleteSuppression } from './suppressions.pg.ts';

/**
 * Lets mails go to an address again, from the next one on: its mailbox works again, say, or its reader asked for it. Those that were held back stay so.
 * @throws Problem 404 `address-not-suppressed`
 */
export function allowMails(address: string, { shopper, now }: { shopper: Shopper; now: Date }): Promise<void> {
  return transaction(async (sql) => {
    const reason = await deleteSuppression(sql, address);
    if (reason === undefined) throw new Problem('missing', 'address-not-suppressed', 'Mails may go to this address already.');
    const change = { action: 'mails.allowed', subject: `address:${address.toLowerCase()}`, before: { reason }, after: null };
    await recordChange(sql, actorOf(shopper), change, now);
  });
}
