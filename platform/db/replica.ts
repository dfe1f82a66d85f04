import type pg from 'pg';
import { admit, afterFailure, type Breaker, closed, isOpen } from '../breaker.ts';
import { config } from '../config.ts';
import { perProcess } from '../per-process.ts';
import { log } from '../telemetry/log.ts';
import { isOutage, ranTooLong } from './outage.ts';
import { poolTo } from './pool.ts';
import { databaseErrorClass, explain, runOn, type Sql, sql } from './sql.ts';

/** A request that finds the replica away has its answer to get elsewhere, so it waits less than it would for the main database. */
const connectMs = 1_000;

const replica = () => perProcess<{ pool?: pg.Pool; breaker: Breaker }>('replica', () => ({ breaker: closed }));

/** The class of a statement that names what is not there: the replica has not got the newest migration yet. */
const unknownName = '42';

/**
 * Runs one reading statement on the read replica, whose rows are as old as its lag: milliseconds mostly, seconds under load. For reports alone,
 * never for what somebody decides or pays by. Without a replica, and while it is away, the main database answers; a breaker keeps requests from
 * waiting for it one after the other. A statement that the replica ran too long is not asked of the main database: it would take as long there,
 * beside the orders.
 */
export const replicaSql: Sql = async (text, values = []) => {
  const url = config.DATABASE_READ_URL;
  if (url === undefined) return sql(text, values);
  const state = replica();
  const { admission, next } = admit(state.breaker, Date.now());
  state.breaker = next;
  if (admission === 'refused') return sql(text, values);
  try {
    state.pool ??= poolTo(url, connectMs);
    const rows = await runOn<never>(state.pool, text, values);
    if (isOpen(state.breaker)) log('info', 'the read replica is used again');
    state.breaker = closed;
    return rows;
  } catch (error) {
    if (databaseErrorClass(error) === unknownName) return sql(text, values);
    if (!isOutage(error)) throw error;
    if (ranTooLong(error)) throw explain(error);
    const before = state.breaker;
    state.breaker = afterFailure(before, admission, Date.now());
    const reason = error instanceof Error ? error.message : String(error);
    if (state.breaker !== before) log('warn', 'the read replica is not used for now', { reason, open_ms: state.breaker.openMs });
    return sql(text, values);
  }
};
