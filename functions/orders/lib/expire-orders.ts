import { closeUnpaid } from '#functions/payments/lib/close-unpaid.ts';
import { beginning } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import { log } from '#platform/telemetry/log.ts';
import { selectUnpaidBefore } from './orders.pg.ts';

/**
 * Expires orders that have been unpaid for longer than `afterSeconds`. One that cannot be closed now (its provider is away) waits for the next run.
 * @returns how many expired
 */
export async function expireOrders(sql: Sql, now: Date, afterSeconds: number): Promise<number> {
  const by = { actor: 'system', reason: 'It was not paid in time.', now };
  const before = new Date(now.getTime() - afterSeconds * 1000);
  let expired = 0;
  let last = beginning;
  for (;;) {
    const unpaid = await selectUnpaidBefore(sql, before, last, 200);
    for (const { id } of unpaid) {
      try {
        if (await closeUnpaid(id, 'expired', by)) expired += 1;
      } catch (error) {
        log('warn', 'an order could not be expired', { order_id: id, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    const end = unpaid.at(-1);
    if (!end) return expired;
    last = end;
  }
}
