import { createHmac } from 'node:crypto';
import { config } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';

const windowSeconds = 60;

/** Counts rows under a name that tells nothing: e-mail and address are hashed. */
const subjectOf = (kind: 'account' | 'address', value: string) =>
  `${kind}:${createHmac('sha256', config.ORDER_TOKEN_KEY).update(`login:${value.toLowerCase()}`).digest('hex').slice(0, 32)}`;

/**
 * Notes an attempt to sign in before it is tried, so that many at once are all counted. `forgive` takes it back when it turns out right.
 * The answer is the same whether the account exists or not.
 * @throws Problem 429 `too-many-attempts`
 */
export async function countAttempt(sql: Sql, email: string, address: string, now: Date): Promise<{ forgive(): Promise<void> }> {
  const ids = [newId(), newId()];
  const subjects = [subjectOf('account', email), subjectOf('address', address)];
  await sql('insert into login_attempts (id, subject, at) select unnest($1::uuid[]), unnest($2::text[]), $3', [ids, subjects, now]);
  const rows = await sql<{ subject: string; attempts: number }>(
    `select subject, count(*)::integer as attempts from login_attempts
      where subject = any($1) and at > $2::timestamptz - make_interval(secs => $3) group by subject`,
    [subjects, now, windowSeconds],
  );
  const attempts = (subject: string | undefined) => rows.find((row) => row.subject === subject)?.attempts ?? 0;
  if (attempts(subjects[0]) > config.LOGIN_FAILURES_PER_ACCOUNT || attempts(subjects[1]) > config.LOGIN_FAILURES_PER_ADDRESS) {
    const headers = { 'retry-after': String(windowSeconds) };
    throw new Problem('too-many', 'too-many-attempts', 'Too many attempts to sign in. Please wait a minute.', {}, { headers });
  }
  return { forgive: async () => void (await sql('delete from login_attempts where id = any($1::uuid[])', [ids])) };
}
