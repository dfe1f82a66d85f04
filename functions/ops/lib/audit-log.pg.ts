import type { Place } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AuditEntry } from './contract.ts';

/** Admins' changes, newest first; one more than `limit` tells that more follow. */
export async function selectAuditLog(
  sql: Sql,
  { subject, after, skip, limit }: { subject: string | undefined; after: Place | undefined; skip: number; limit: number },
): Promise<AuditEntry[]> {
  const values: unknown[] = [];
  const clauses = ['true'];
  if (subject !== undefined) clauses.push(`subject = $${values.push(subject)}`);
  if (after) clauses.push(`(at, id) < ($${values.push(after.values[0])}::timestamptz, $${values.push(after.id)}::uuid)`);
  return sql<AuditEntry>(
    `select id, actor_id as "actorId", action, subject, detail, at from audit_log where ${clauses.join(' and ')}
      order by at desc, id desc limit $${values.push(limit)} offset $${values.push(skip)}`,
    values,
  );
}
