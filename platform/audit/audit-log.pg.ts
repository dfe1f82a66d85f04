import { adminOf } from '../auth/shopper.ts';
import type { TransactionSql } from '../db/sql.ts';
import { newId } from '../ids.ts';

/** A change as it is kept: what a thing was like before and after; null where it was not there. */
export interface Change {
  /** In the past tense, as events are named: `product.updated`. */
  action: string;
  /** Kind and id of what changed: `product:<id>`. */
  subject: string;
  before: object | null;
  after: object | null;
}

/**
 * Keeps an admin's change in the audit log, in the transaction of the change: neither is there without the other. What shoppers, guests and
 * the shop itself do is no admin's change and writes nothing here, so that use cases open to all need not ask who it was.
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
