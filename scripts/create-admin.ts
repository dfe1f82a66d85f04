// npm run admin:create: makes an admin, such as the first one of a shop that has no demo accounts.
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { registerRoute } from '#functions/auth/lib/contract.ts';
import { hashPassword } from '#platform/auth/password.ts';
import { newId } from '#platform/ids.ts';
import { databaseFault, withDatabase } from '../db/database-at-hand.ts';
import { connected } from '../db/seed/connection.ts';
import { readPassword } from './read-password.ts';

const usage = `Usage: npm run admin:create -- --email ADDRESS [--name NAME] [--promote]

Makes an admin in the database of DATABASE_URL (or the local one). The password, 10 to 128 characters, is asked for; where nobody can be
asked it is the first line of standard input, or the variable ADMIN_PASSWORD. It is never an argument: others can read those.

  --email ADDRESS   what the admin signs in with
  --name NAME       default: Admin
  --promote         make the account that there is with this address an admin; it keeps its name and password
  --help            show this`;

/** An error for the user: printed without a stack trace. */
class Refusal extends Error {}

interface Wanted {
  email: string;
  name: string;
  promote: boolean;
}

function readFlags(args: readonly string[]): Wanted | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({ args: [...args], options: { email: text, name: text, promote: flag, help: flag }, strict: true });
  if (values.help) return 'help';
  if (!values.email) throw new Error('--email is missing.');
  return { email: values.email, name: values.name ?? 'Admin', promote: values.promote ?? false };
}

/** Checks name, e-mail and password by the contract's schema, as registering does. */
function checked(account: { email: string; name: string; password: string }) {
  const { success, data, error } = registerRoute.body.safeParse(account);
  if (success) return data;
  throw new Refusal(error.issues.map(({ path, message }) => `The ${path.join('.')} ${message}.`).join('\n'));
}

/** @returns what was done, in a sentence */
async function createAdmin(client: pg.Client, { email, name, promote }: Wanted, now: Date): Promise<string> {
  checked({ email, name, password: 'only the other two for now' });
  const { rows } = await client.query<{ role: string }>('select role from users where lower(email) = lower($1)', [email]);
  const [there] = rows;
  if (there?.role === 'admin') return `${email} is an admin already. Nothing was changed.`;
  if (there && !promote) throw new Refusal(`There is an account with the address ${email}. To make it an admin, add --promote.`);
  if (there) {
    await client.query(`update users set role = 'admin', updated_at = $2 where lower(email) = lower($1)`, [email, now]);
    return `${email} is an admin now, from the next sign-in or refresh on.`;
  }
  if (promote) throw new Refusal(`There is no account with the address ${email}. Leave --promote out to make one.`);
  const account = checked({ email, name, password: await readPassword('Password of the new admin: ') });
  await client.query(
    `insert into users (id, email, name, role, password_hash, created_at, updated_at) values ($1, $2, $3, 'admin', $4, $5, $5)`,
    [newId(), account.email, account.name, await hashPassword(account.password), now],
  );
  return `${account.email} is an admin and can sign in.`;
}

async function main(args: readonly string[]): Promise<number> {
  let wanted: Wanted | 'help';
  try {
    wanted = readFlags(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (wanted === 'help') {
    console.log(usage);
    return 0;
  }
  const { email, ...rest } = wanted;
  try {
    console.log(await withDatabase((url) => connected(url, (client) => createAdmin(client, { email: email.trim(), ...rest }, new Date()))));
    return 0;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    console.error(error instanceof Refusal ? message : (databaseFault({ code }) ?? `No admin was made: ${message}`));
    return 1;
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
