import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AuditEntry } from './contract.ts';

export const auditOrder: ListOrder = { sort: 'newest', column: 'at', type: 'timestamptz', direction: 'desc', id: 'id' };

/** A slice of what admins changed, of one subject where it is given. */
export async function selectAuditLog(sql: Sql, subject: string | undefined, slice: Slice): Promise<AuditEntry[]> {
  const values: unknown[] = [];
  const wanted = subject === undefined ? 'true' : `subject = $${values.push(subject)}`;
  const { where, orderBy, limit } = keyset(slice, values);
  return sql<AuditEntry>(
    `select id, actor_id as "actorId", action, subject, detail, at from audit_log where ${wanted} and ${where} order by ${orderBy} ${limit}`,
    values,
  );
}
