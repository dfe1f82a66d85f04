import pg from 'pg';
import { now } from '../clock.ts';
import { outage, Problem } from '../errors.ts';
import { faultNow, hits, readFaultsBy } from '../faults/faults.ts';
import { readFaults } from '../faults/read-faults.pg.ts';
import { statementSpan, waitSpan } from '../telemetry/otlp.ts';
import { isOutage } from './outage.ts';
import { connectionPool, serverOf } from './pool.ts';

/**
 * Runs one statement and gives its rows. `bigint` comes as a number, `timestamptz` as an ISO 8601 string.
 * Statements stay unnamed and set nothing on the session, so RDS Proxy can share its connections.
 */
export type Sql = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** A statement runner inside a transaction; what is handed to `afterCommit` runs once the commit has succeeded. */
export interface TransactionSql extends Sql {
  afterCommit(work: () => Promise<void> | void): void;
}

const idleBeforeProbeMs = 5_000;
const lastUsed = new WeakMap<pg.PoolClient, number>();

/** A live connection. One that has been idle is asked first, and replaced when it died: the only retry, since nothing has begun yet. */
const checkOut = (pool: pg.Pool): Promise<pg.PoolClient> =>
  waitSpan(
    () => serverOf(pool),
    () => takeConnection(pool),
  );

async function takeConnection(pool: pg.Pool): Promise<pg.PoolClient> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    const idleMs = Date.now() - (lastUsed.get(client) ?? Date.now());
    if (idleMs < idleBeforeProbeMs) return client;
    try {
      await ask(client, 'select 1');
      return client;
    } catch (error) {
      client.release(true);
      if (attempt > 2) throw error;
    }
  }
}

function checkIn(client: pg.PoolClient, error?: unknown): void {
  lastUsed.set(client, Date.now());
  client.release(error !== undefined && isOutage(error)); // true destroys: a timed-out query may still be running on it
}

/** What a failure is to the caller of a route: a database that cannot be reached is a 503, anything else stays as it is. */
export function explain(error: unknown): unknown {
  return isOutage(error)
    ? outage('database-unavailable', 'The database cannot be reached at the moment. Please try again shortly.', error)
    : error;
}

async function run<Row extends object>(client: pg.PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await ask<Row & pg.QueryResultRow>(client, text, values);
  return rows;
}

/** Every statement goes this way. */
const ask = <Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  text: string,
  values?: readonly unknown[],
): Promise<pg.QueryResult<Row>> => statementSpan(text, client, () => client.query<Row>(text, values as unknown[]));

/**
 * Runs one statement on its own (its own transaction), on a connection of a pool. Fails as the driver does.
 * @param first a statement that is asked on the connection before; one that is wrong is passed over
 */
export async function runOn<Row extends object>(pool: pg.Pool, text: string, values: readonly unknown[], first?: string): Promise<Row[]> {
  const client = await checkOut(pool);
  try {
    if (first !== undefined)
      await run(client, first, []).catch((error) => {
        if (isOutage(error)) throw error;
      });
    const rows = await run<Row>(client, text, values);
    checkIn(client);
    return rows;
  } catch (error) {
    checkIn(client, error);
    throw error;
  }
}

readFaultsBy(() => readFaults(askPastTheFault, now()));

/** Asks by a connection that the fault pool-exhaustion holds, where it holds one: who waited for another would not hear that the fault was ended. */
const askPastTheFault: Sql = async (text, values = []) => {
  const held = faultNow('pool-exhaustion') && (await import('./held-connections.ts')).heldConnection();
  return held ? run(held, text, values) : runOn(connectionPool(), text, values);
};

/** The statement that another one waits for, if that is a read which the fault slow-query hits. */
async function slowedBy(text: string): Promise<string | undefined> {
  const { readsTables, slowPlan } = await import('./slow-plan.ts');
  return readsTables(text) && hits('slow-query') ? slowPlan : undefined;
}

/** Runs one statement on its own (its own transaction). Inside a transaction use the `sql` it hands you: with one connection, this one would wait for ever. */
export const sql: Sql = async (text, values = []) => {
  try {
    return await runOn(connectionPool(), text, values, faultNow('slow-query') && (await slowedBy(text)));
  } catch (error) {
    throw explain(error);
  }
};

/**
 * Runs `work` in one READ COMMITTED transaction: commits what it returns, rolls back what it throws, and rethrows the first error.
 * Hand the given `sql` on; never call `transaction` or the plain `sql` from inside.
 */
export async function transaction<T>(work: (sql: TransactionSql) => Promise<T>): Promise<T> {
  const afterCommit: (() => Promise<void> | void)[] = [];
  let result: T;
  let client: pg.PoolClient;
  try {
    client = await checkOut(connectionPool());
  } catch (error) {
    throw explain(error);
  }
  try {
    await ask(client, 'begin');
    const scoped = Object.assign(<Row extends object>(text: string, values: readonly unknown[] = []) => run<Row>(client, text, values), {
      afterCommit: (hook: () => Promise<void> | void) => void afterCommit.push(hook),
    });
    result = await work(scoped);
    await ask(client, 'commit');
    checkIn(client);
  } catch (error) {
    if (!isOutage(error))
      await ask(client, 'rollback').then(
        () => checkIn(client),
        (failure) => checkIn(client, failure),
      );
    else checkIn(client, error);
    throw error instanceof Problem ? error : explain(error);
  }
  await Promise.all(afterCommit.map((hook) => hook())); // at once: a slow bus must not keep a copy of the old cart alive
  return result;
}

/** The name of the constraint that an error says was violated, if that is what happened. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code?.startsWith('23') ? error.constraint : undefined;
}

/** The class of the SQLSTATE of an error that the database itself reported: the first two of its five characters (appendix A of PostgreSQL's manual). */
export function databaseErrorClass(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code?.slice(0, 2) : undefined;
}
