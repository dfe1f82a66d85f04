import type { Sql } from '../db/sql.ts';

/**
 * Has `relay-outbox` publish the events since an instant once more, for consumers that have not handled them: what handled one before ignores it.
 * @returns how many
 */
export async function sendAgain(sql: Sql, since: Date): Promise<number> {
  const rows = await sql(
    'update outbox set published_at = null, tries = 0, next_try_at = null where created_at >= $1 and published_at is not null returning 1 as sent',
    [since],
  );
  return rows.length;
}
