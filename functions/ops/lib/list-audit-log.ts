import { decodeCursor, encodeCursor, pageOf } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import { selectAuditLog } from './audit-log.pg.ts';
import type { listAuditLogRoute } from './contract.ts';

/** A page of what admins changed. */
export async function listAuditLog(
  sql: Sql,
  { limit, cursor, skip = 0, subject }: Query<typeof listAuditLogRoute>,
): Promise<AnswerOf<typeof listAuditLogRoute>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, 'newest', { subject }, ['timestamptz']);
  const rows = await selectAuditLog(sql, { subject, after, skip, limit: limit + 1 });
  return pageOf(
    rows,
    limit,
    (row) => row,
    (last) => encodeCursor('newest', { values: [last.at], id: last.id }, { subject }),
  );
}
