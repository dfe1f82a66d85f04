import { createHmac } from 'node:crypto';
import { config, required } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { networkOf } from '#platform/http/client-address.ts';
import { newId } from '#platform/ids.ts';

const windowSeconds = 60;

/** What rows are counted by. Hashed: e-mail and address are personal data. */
const subjectOf = (kind: 'pair' | 'account' | 'address', ...values: string[]) =>
  `${kind}:${createHmac('sha256', required('ORDER_TOKEN_KEY')[0])
    .update(`login:${values.join('\n')}`)
    .digest('hex')
    .slice(0, 32)}`;

/**
 * Counts an attempt to give an account's password, before the password is checked, so that many at once are all counted. One that turns
 * out right is taken back by `beginSession`. A refused attempt is not counted, so that somebody who keeps trying cannot lock the owner out. The cap of an
 * account from one address is low; the one of the account from everywhere is high, and is there for guesses from many addresses. The answer
 * is the same whether the account exists or not.
 * @returns the ids of what was counted
 * @throws Problem 429 `too-many-attempts`
 */
export async function countAttempt(sql: Sql, email: string, address: string, now: Date): Promise<string[]> {
  const account = email.toLowerCase();
  const network = networkOf(address);
  const caps = {
    [subjectOf('pair', account, network)]: config.LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS,
    [subjectOf('account', account)]: config.LOGIN_FAILURES_PER_ACCOUNT,
    [subjectOf('address', network)]: config.LOGIN_FAILURES_PER_ADDRESS,
  };
  const ids = Object.keys(caps).map(() => newId());
  const [answer] = await sql<{ counted: boolean }>('select note_login_attempt($1, $2, $3, $4, $5) as counted', [
    ids,
    Object.keys(caps),
    Object.values(caps),
    now,
    windowSeconds,
  ]);
  if (answer?.counted) return ids;
  const headers = { 'retry-after': String(windowSeconds) };
  throw new Problem('too-many', 'too-many-attempts', 'Too many attempts to sign in. Please wait a minute.', {}, { headers });
}
