import { setTimeout as pause } from 'node:timers/promises';
import { lockPopularProducts } from '#functions/catalog/lib/lock-product.pg.ts';
import type { Agent } from '../agent.ts';
import { statementsOf } from '../control.pg.ts';
import { turnsOf } from '../turns.ts';

const products = 3;
/** Less than a statement may take (DATABASE_QUERY_TIMEOUT_MS), so that an order waits and is placed. */
const heldMs = 2_000;

/**
 * Holds the rows of the most popular products, as a long transaction of somebody else would: who orders one waits, who reads does not. Between two turns the
 * orders that wait get theirs. Its locks go with its session, and that with this process; should the process be frozen, the database ends it.
 */
export const agent: Agent = async ({ strength }, { control, signal }) => {
  const session = await control.session('lock-contention');
  const sql = statementsOf(session);
  const { onMs, offMs } = turnsOf(heldMs, strength);
  const wait = (ms: number) => pause(ms, undefined, { signal }).catch(() => undefined);
  try {
    while (!signal.aborted) {
      await sql('begin');
      await sql(`set local idle_in_transaction_session_timeout = '${2 * heldMs}ms'`);
      await lockPopularProducts(sql, products);
      await wait(onMs);
      await sql('rollback');
      await wait(offMs);
    }
  } finally {
    await session.end();
  }
};
