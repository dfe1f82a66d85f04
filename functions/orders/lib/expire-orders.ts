import { closeUnpaid } from '#functions/payments/lib/close-unpaid.ts';
import type { Sql } from '#platform/db/sql.ts';
import { log } from '#platform/telemetry/log.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { claimUnpaid } from './orders.pg.ts';

/**
 * Expires orders that have been unpaid for longer than `afterSeconds`. One that cannot be closed now (its provider is away, or its money is under
 * way) waits for the next run, behind the others.
 * @returns how many expired
 */
export async function expireOrders(sql: Sql, afterSeconds: number, { now, signal }: { now: Date; signal: AbortSignal }): Promise<number> {
  const by = { actor: 'system', reason: 'It was not paid in time.', now, signal };
  const before = new Date(now.getTime() - afterSeconds * 1000);
  let expired = 0;
  while (!signal.aborted) {
    const id = await claimUnpaid(sql, before, now);
    if (id === undefined) break;
    try {
      if ((await closeUnpaid(id, 'expired', by)) === 'closed') expired += 1;
    } catch (error) {
      log('warn', 'an order could not be expired', { order_id: id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  if (expired > 0) measure('orders_expired', expired);
  return expired;
}
