// npm run db:after-restore -- --to INSTANT: brings a database that was restored to an instant, and what lives outside of it, together again.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { forgetLostSales } from '#functions/analytics/lib/lost-sales.pg.ts';
import { noteToldBefore } from '#functions/notifications/lib/told-before.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import { sendAgain } from '#platform/events/send-again.pg.ts';
import { databaseFault } from './database-at-hand.ts';
import { toldEvents } from './told-events.ts';

const usage = `Usage: npm run db:after-restore -- --to INSTANT [--told FILE] [--hours N]

  --to INSTANT   what the database was restored to: 2026-11-20T21:15:00Z
  --told FILE    log lines of notifications/notify-people since then, one JSON a line (- for standard input): who was told is not told again
  --hours N      how far back events are sent again to consumers that may not have handled them (default 1)

DATABASE_URL names the database. Safe to repeat: run it before the consumers start, and once more when the stream has been read.
docs/runbooks/recovery.md says when. Ends with 0; with 1 when it did not work; with 2 when it was asked in a wrong way.`;

export interface AfterRestore {
  /** What the database was restored to. */
  to: Date;
  /** Events that people were told of, by the log. */
  told: readonly string[];
  hours: number;
}

/**
 * In one transaction: events of the last hours before the instant are published again (a consumer may have handled them after it, and that is
 * lost), events that people were told of are noted as told, and sales of events that are lost are forgotten.
 * @param url a role that may change rows
 */
export async function afterRestore(
  url: string,
  { to, told, hours }: AfterRestore,
): Promise<{ sentAgain: number; toldBefore: number; lostSales: number }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  const sql: Sql = async (text, values = []) => (await client.query(text, [...values])).rows;
  try {
    await client.query('begin');
    const toldBefore = await noteToldBefore(sql, told, new Date());
    const sentAgain = await sendAgain(sql, new Date(to.getTime() - hours * 3_600_000));
    // An event has the time at which its request began: some that were committed after the instant are a little older.
    const lostSales = await forgetLostSales(sql, new Date(to.getTime() - 60_000));
    await client.query('commit');
    return { sentAgain, toldBefore, lostSales };
  } finally {
    await client.end(); // without a commit PostgreSQL takes everything back
  }
}

function readOrder(args: string[]): AfterRestore {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { to: text, told: text, hours: text } });
  const to = new Date(values.to ?? '');
  if (Number.isNaN(to.getTime()) || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(values.to ?? ''))
    throw new Error('--to needs an instant with its zone, such as 2026-11-20T21:15:00Z.');
  if (to.getTime() > Date.now()) throw new Error('--to is in the future.');
  const hours = Number(values.hours ?? 1);
  if (!(hours > 0 && hours <= 168)) throw new Error('--hours is more than 0 and at most 168: the outbox keeps its events for seven days.');
  const told = values.told === undefined ? [] : toldEvents(readFileSync(values.told === '-' ? 0 : values.told, 'utf8'));
  return { to, told, hours };
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  let order: AfterRestore;
  const url = process.env.DATABASE_URL;
  try {
    if (!url) throw new Error('DATABASE_URL is not set: it names the restored database.');
    order = readOrder(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
  try {
    const { sentAgain, toldBefore, lostSales } = await afterRestore(url, order);
    console.log(
      `${sentAgain} events are sent again, ${toldBefore} of them told nobody twice, ${lostSales} sales of lost orders are forgotten.`,
    );
  } catch (error) {
    console.error(databaseFault(error as pg.DatabaseError) ?? (error as Error).message);
    process.exit(1);
  }
}
