import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import { auditOrder, selectAuditLog } from './audit-log.pg.ts';
import type { listAuditLogRoute } from './contract.ts';

/** A page of what admins changed. */
export function listAuditLog(
  sql: Sql,
  { subject, ...paging }: Query<typeof listAuditLogRoute>,
): Promise<AnswerOf<typeof listAuditLogRoute>> {
  return listPage(paging, {
    order: auditOrder,
    filters: { subject },
    select: (slice) => selectAuditLog(sql, subject, slice),
    sortValue: (entry) => entry.at,
    itemOf: (entry) => entry,
  });
}
