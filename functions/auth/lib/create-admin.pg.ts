import type pg from 'pg';
import { hashPassword } from '#platform/auth/password.ts';
import { newId } from '#platform/ids.ts';
import { registerRoute } from './contract.ts';

/** An error for the person who asked: said as it is. */
export class Refusal extends Error {}

export interface WantedAdmin {
  email: string;
  name: string;
  /** Whether the account that there is with this address becomes an admin; it keeps its name and password. */
  promote: boolean;
}

export interface CreatedAdmin {
  /** What was done, in a sentence. */
  said: string;
  /** Who is an admin now and was none before. */
  made: { id: string; email: string } | undefined;
}

/** Checks name, e-mail and password by the contract's schema, as registering does. */
function checked(account: { email: string; name: string; password: string }) {
  const { success, data, error } = registerRoute.body.safeParse(account);
  if (success) return data;
  throw new Refusal(error.issues.map(({ path, message }) => `The ${path.join('.')} ${message}.`).join('\n'));
}

/**
 * Makes an admin, such as the first one of a shop.
 * @param askPassword is called only where a password is needed
 * @throws Refusal
 */
export async function createAdmin(
  client: pg.ClientBase,
  { email, name, promote }: WantedAdmin,
  { now, askPassword }: { now: Date; askPassword: () => Promise<string> },
): Promise<CreatedAdmin> {
  checked({ email, name, password: 'only the other two for now' });
  const { rows } = await client.query<{ id: string; role: string }>('select id, role from users where lower(email) = lower($1)', [email]);
  const [there] = rows;
  if (there?.role === 'admin') return { said: `${email} is an admin already. Nothing was changed.`, made: undefined };
  if (there && !promote) throw new Refusal(`There is an account with the address ${email}. To make it an admin, add --promote.`);
  if (there) {
    await client.query(`update users set role = 'admin', updated_at = $2 where id = $1`, [there.id, now]);
    return { said: `${email} is an admin now, from the next sign-in or refresh on.`, made: { id: there.id, email } };
  }
  if (promote) throw new Refusal(`There is no account with the address ${email}. Leave --promote out to make one.`);
  const account = checked({ email, name, password: await askPassword() });
  const id = newId();
  await client.query(
    `insert into users (id, email, name, role, password_hash, created_at, updated_at) values ($1, $2, $3, 'admin', $4, $5, $5)`,
    [id, account.email, account.name, await hashPassword(account.password), now],
  );
  return { said: `${account.email} is an admin and can sign in.`, made: { id, email: account.email } };
}
