// npm run admin:create: makes an admin, such as the first one of a shop that has no demo accounts.
import { parseArgs } from 'node:util';
import { createAdmin, Refusal, type WantedAdmin } from '#functions/auth/lib/create-admin.pg.ts';
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

function readFlags(args: readonly string[]): WantedAdmin | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({ args: [...args], options: { email: text, name: text, promote: flag, help: flag }, strict: true });
  if (values.help) return 'help';
  if (!values.email) throw new Error('--email is missing.');
  return { email: values.email, name: values.name ?? 'Admin', promote: values.promote ?? false };
}

async function main(args: readonly string[]): Promise<number> {
  let wanted: WantedAdmin | 'help';
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
    const asking = { now: new Date(), askPassword: () => readPassword('Password of the new admin: ') };
    const { said } = await withDatabase((url) => connected(url, (client) => createAdmin(client, { email: email.trim(), ...rest }, asking)));
    console.log(said);
    return 0;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    console.error(error instanceof Refusal ? message : (databaseFault({ code }) ?? `No admin was made: ${message}`));
    return 1;
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
