import { forgetLostSales } from '#functions/analytics/lib/lost-sales.pg.ts';
import { noteToldBefore } from '#functions/notifications/lib/told-before.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import { sendAgain } from '#platform/events/send-again.pg.ts';
import type { RestoreOrder } from './restore-order.ts';

export interface AfterRestore {
  sentAgain: number;
  toldBefore: number;
  lostSales: number;
}

/**
 * Brings a database that was restored to an instant and what lives outside of it together again: events that people were told of are noted as told;
 * events of the last hours before the instant are published again (a consumer may have handled them after it, and that is lost); sales of events that
 * are lost are forgotten. The same again changes nothing but that unhandled events are published once more.
 * @param sql in a transaction
 */
export async function afterRestore(sql: Sql, { to, told, hours }: RestoreOrder, now: Date): Promise<AfterRestore> {
  const toldBefore = await noteToldBefore(sql, told, now);
  if (!to) return { sentAgain: 0, toldBefore, lostSales: 0 };
  const sentAgain = await sendAgain(sql, new Date(to.getTime() - hours * 3_600_000));
  // An event has the time at which its request began: some that were committed after the instant are a little older.
  const lostSales = await forgetLostSales(sql, new Date(to.getTime() - 60_000));
  return { sentAgain, toldBefore, lostSales };
}

/** One sentence for the person who asked. */
export const saidOf = ({ sentAgain, toldBefore, lostSales }: AfterRestore): string =>
  `${sentAgain} events are sent again, ${toldBefore} of them told nobody twice, ${lostSales} sales of lost orders are forgotten.`;
