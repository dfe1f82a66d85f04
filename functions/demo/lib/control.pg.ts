import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { required } from '#platform/config.ts';
import { connectionTo } from '#platform/db/connection-to.ts';
import { isOutage } from '#platform/db/outage.ts';
import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import { outage, Problem } from '#platform/errors.ts';
import type { FaultName } from '#platform/faults/fault-names.ts';

/** Connections of the role kelvo_control: past the proxy and beside those of kelvo_app, so that they are there while all of those are held. */
export interface Control {
  /** Runs one statement on its own. */
  sql: Sql;
  /** Runs `work` in one transaction: commits what it returns, rolls back what it throws. Not while `sql` is under way. */
  transaction<T>(work: (sql: TransactionSql) => Promise<T>): Promise<T>;
  /**
   * A session for what a fault holds. Operators see it as `kelvo-fault <name>` in pg_stat_activity, and `normal` ends it; closed with the control at the
   * latest. One at a time, by the arithmetic of docs/connections.md.
   */
  session(fault: FaultName): Promise<pg.Client>;
}

const connectMs = 3_000;
/** The role has few connections; whoever has one of them too many keeps it for a moment only. */
const patienceMs = 3_000;
const pauseMs = 100;
const tooManyConnections = '53300';

/**
 * Opens the control's connections, and closes them after `work`: none is kept, for the role may have few.
 * @throws Problem `database-unavailable` when the database cannot be reached
 */
export async function withControl<T>(work: (control: Control) => Promise<T>): Promise<T> {
  const clients: pg.Client[] = [];
  const connect = async (application_name: string) => {
    const client = await dial(application_name);
    clients.push(client);
    return client;
  };
  try {
    const own = await connect('kelvo-control');
    const sql = statementsOf(own);
    return await work({ sql, transaction: (inside) => inTransaction(sql, inside), session: (fault) => connect(`kelvo-fault ${fault}`) });
  } catch (error) {
    if (error instanceof Problem || !isOutage(error)) throw error;
    throw outage('database-unavailable', 'The database cannot be reached at the moment. Please try again shortly.', error);
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

async function dial(application_name: string): Promise<pg.Client> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const client = new pg.Client({ ...connectionTo(required('DATABASE_CONTROL_URL'), connectMs), application_name });
    client.on('error', () => undefined); // a session that is ended between two statements: the next one fails
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if ((error as { code?: string }).code !== tooManyConnections || Date.now() > deadline) throw error;
      await setTimeout(pauseMs);
    }
  }
}

/** Statements of one session. */
export const statementsOf =
  (client: pg.Client): Sql =>
  async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await client.query<Row & pg.QueryResultRow>(text, values as unknown[])).rows;

async function inTransaction<T>(sql: Sql, work: (sql: TransactionSql) => Promise<T>): Promise<T> {
  const hooks: (() => Promise<void> | void)[] = [];
  await sql('begin');
  try {
    const result = await work(
      Object.assign(<Row extends object>(text: string, values?: readonly unknown[]) => sql<Row>(text, values), {
        afterCommit: (hook: () => Promise<void> | void) => void hooks.push(hook),
      }),
    );
    await sql('commit');
    await Promise.all(hooks.map((hook) => hook()));
    return result;
  } catch (error) {
    await sql('rollback').catch(() => undefined); // where the connection is gone, so is the transaction
    throw error;
  }
}
