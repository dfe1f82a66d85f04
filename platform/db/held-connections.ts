import type pg from 'pg';
import { config } from '../config.ts';
import { type Fault, faultNow, refreshFaults } from '../faults/faults.ts';
import { perProcess } from '../per-process.ts';
import { currentTrace } from '../telemetry/trace-context.ts';

/** What the fault pool-exhaustion holds of this process's connections. */
interface Holding {
  fault: Fault;
  /** How many it is to hold. */
  wanted: number;
  clients: Set<pg.PoolClient>;
  /** Connections that it waits for, as requests do. */
  awaited: number;
  /** Somebody ended its sessions: it takes no others. */
  over: boolean;
  watch: NodeJS.Timeout;
}

const state = () => perProcess<{ now?: Holding | undefined }>('held-connections', () => ({}));

/** How often it is looked whether the fault is still on. */
const watchMs = 250;

/** How many connections of a pool the strength stands for. Of a pool of one, as on Lambda, it is the share of the processes that hold theirs. */
export const heldOf = (strength: number, poolSize: number, draw: number): number =>
  poolSize > 1 ? Math.max(1, Math.round(strength * poolSize)) : Number(draw < strength);

/**
 * Holds as many connections of the pool as the fault says, each idle in a transaction, until the fault is over; in place of those that the role's
 * `idle_in_transaction_session_timeout` ended it takes others. It queues for them as a request does. Called with each connection that is asked for.
 */
export function holdConnections(pool: pg.Pool, fault: Fault): void {
  const known = state();
  if (known.now?.fault.startsAt !== fault.startsAt) {
    if (known.now) letGo(known.now);
    // Which sandboxes there are is Lambda's to say, and no seed's: so the draw is none of the run's.
    const wanted = heldOf(fault.strength, config.DATABASE_POOL_MAX, Math.random());
    const holding: Holding = {
      fault,
      wanted,
      clients: new Set(),
      awaited: 0,
      over: false,
      watch: currentTrace.exit(() => setInterval(() => look(holding), watchMs).unref()), // not a part of the request that happens to be there
    };
    known.now = holding;
  }
  const holding = known.now as Holding;
  while (!holding.over && holding.clients.size + holding.awaited < holding.wanted) void holdOne(pool, holding);
}

/** A connection that is held, for the one who has to read whether that is to go on while no other is to be had. */
export function heldConnection(): pg.PoolClient | undefined {
  return state().now?.clients.values().next().value;
}

async function holdOne(pool: pg.Pool, holding: Holding): Promise<void> {
  holding.awaited += 1;
  try {
    const client = await pool.connect();
    const lost = (error?: Error) => {
      // Ended by an administrator (57P01), as `normal` does: that is to last.
      if ((error as { code?: unknown } | undefined)?.code === '57P01') holding.over = true;
      if (holding.clients.delete(client)) client.release(true);
    };
    client.once('error', lost);
    holding.clients.add(client);
    // The name is the transaction's. Behind RDS Proxy it pins the session, so the connection is destroyed afterwards.
    await client.query(`begin; set local application_name = 'kelvo-fault pool-exhaustion'`).catch(lost);
    if (state().now !== holding) lost();
  } catch {
    // none to be had just now: the next request tries again
  } finally {
    holding.awaited -= 1;
  }
}

/** Also sees that the fault was ended when no request comes by, and after a process was frozen. */
function look(holding: Holding): void {
  void refreshFaults();
  if (faultNow('pool-exhaustion')?.startsAt !== holding.fault.startsAt) letGo(holding);
}

/** Destroys what is held; the database rolls back. */
function letGo(holding: Holding): void {
  for (const client of holding.clients) client.release(true);
  holding.clients.clear();
  clearInterval(holding.watch);
  if (state().now === holding) state().now = undefined;
}
