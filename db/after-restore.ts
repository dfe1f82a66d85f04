// npm run db:after-restore -- --to INSTANT: brings a database that was restored to an instant, and what lives outside of it, together again.
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type AfterRestore, afterRestore as bringTogether, saidOf } from '#functions/ops/lib/after-restore.pg.ts';
import type { RestoreOrder } from '#functions/ops/lib/restore-order.ts';
import type { Sql } from '#platform/db/sql.ts';
import { databaseFault } from './database-at-hand.ts';
import { readRestoreOrder } from './restore-order.ts';

const usage = `Usage: npm run db:after-restore -- --to INSTANT [--told FILE] [--hours N]

  --to INSTANT   what the database was restored to: 2026-11-20T21:15:00Z
  --told FILE    log lines of notifications/notify-people since then, one JSON a line (- for standard input): who was told is not told again
  --hours N      how far back events are sent again to consumers that may not have handled them (default 1)

DATABASE_URL names the database; one in a VPC is reached by npm run task -- --stage STAGE after-restore. Safe to repeat: run it before the consumers start, and once more when the stream has been read.
docs/runbooks/recovery.md says when. Ends with 0; with 1 when it did not work; with 2 when it was asked in a wrong way.`;

/**
 * Does it in one transaction, on a connection of its own.
 * @param url a role that may change rows
 */
export async function afterRestore(url: string, order: RestoreOrder): Promise<AfterRestore> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  const sql: Sql = async (text, values = []) => (await client.query(text, [...values])).rows;
  try {
    await client.query('begin');
    const done = await bringTogether(sql, order, new Date());
    await client.query('commit');
    return done;
  } finally {
    await client.end(); // without a commit PostgreSQL takes everything back
  }
}

function readOrder(args: string[]): RestoreOrder {
  const text = { type: 'string' } as const;
  return readRestoreOrder(parseArgs({ args, options: { to: text, told: text, hours: text } }).values, new Date());
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  let order: RestoreOrder;
  const url = process.env.DATABASE_URL;
  try {
    if (!url) throw new Error('DATABASE_URL is not set: it names the restored database.');
    order = readOrder(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
  try {
    console.log(saidOf(await afterRestore(url, order)));
  } catch (error) {
    console.error(databaseFault(error as pg.DatabaseError) ?? (error as Error).message);
    process.exit(1);
  }
}
