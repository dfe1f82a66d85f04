import { adminOf } from '../auth/shopper.ts';
import type { Sql, TransactionSql } from '../db/sql.ts';
import { newId } from '../ids.ts';

/** An entry of the audit log: a thing's state before and after the change; null where it did not exist. */
export interface Change {
  /** In the past tense, as events are named: `product.updated`. */
  action: string;
  /** Kind and id of what changed: `product:<id>`. */
  subject: string;
  before: object | null;
  after: object | null;
}

/**
 * Writes an admin's change to the audit log, in the transaction of the change: neither is committed without the other. For other actors it
 * does nothing, so that use cases that are open to everybody can call it without checking the role.
 * @param actor as `actorOf` names them
 */
export async function recordChange(sql: TransactionSql, actor: string, change: Change, now: Date): Promise<void> {
  const adminId = adminOf(actor);
  if (adminId === undefined) return;
  const { action, subject, before, after } = change;
  await sql('insert into audit_log (id, actor_id, action, subject, detail, at) values ($1, $2, $3, $4, $5, $6)', [
    newId(),
    adminId,
    action,
    subject,
    { before, after },
    now,
  ]);
}

/** Who the audit log names for what an operator did from outside of the shop, where nobody is signed in: by a task, as AWS's own log says who. */
const operatorId = '00000000-0000-0000-0000-000000000000';

/** Writes what an operator did to the audit log. */
export async function recordOperation(sql: Sql, { action, subject, before, after }: Change, now: Date): Promise<void> {
  await sql('insert into audit_log (id, actor_id, action, subject, detail, at) values ($1, $2, $3, $4, $5, $6)', [
    newId(),
    operatorId,
    action,
    subject,
    { before, after },
    now,
  ]);
}

/** What the last change of a kind since an instant made of a thing; undefined when there was none. */
export async function lastChange(
  sql: Sql,
  { subject, action }: Pick<Change, 'subject' | 'action'>,
  since: Date,
): Promise<Record<string, unknown> | undefined> {
  const [row] = await sql<{ after: Record<string, unknown> }>(
    `select detail->'after' as after from audit_log where subject = $1 and action = $2 and at > $3 order by at desc limit 1`,
    [subject, action, since],
  );
  return row?.after;
}
