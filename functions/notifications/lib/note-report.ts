import type { TransactionSql } from '#platform/db/sql.ts';
import { log } from '#platform/telemetry/log.ts';
import { type MailEvent, reportOf } from './mail-report.ts';
import { markReported, suppressAddresses } from './suppressions.pg.ts';
import { tellOfFailure } from './tell-of-failure.ts';

/**
 * Notes what became of a mail: on its row (one that failed is told of by `notification.failed.v1`), and, when no mail should go there any more, on the list of suppressed addresses. In whichever order
 * reports come, the worst stays; a report of a mail that is not ours (or that the sweep deleted) still counts for its address.
 */
export async function noteReport(sql: TransactionSql, event: MailEvent, { now }: { now: Date }): Promise<void> {
  const report = reportOf(event);
  if (report.suppresses) await suppressAddresses(sql, report, now);
  const marked = await markReported(sql, report);
  if (report.outcome === 'failed') for (const mail of marked) await tellOfFailure(sql, mail, report.reason, now);
  log('info', 'a mail was reported', {
    provider_id: report.providerId,
    outcome: report.outcome,
    suppresses: report.suppresses,
    marked: marked.length,
  });
}
