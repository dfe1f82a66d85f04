import type { Sql } from '#platform/db/sql.ts';
import { type Payment, selectPaid } from './payments.pg.ts';
import { sumRefunds } from './refunds.pg.ts';

/**
 * What can still be given back of what paid an order: neither given back nor promised. Read it under the order's lock.
 * @returns undefined for an order that nothing has paid
 */
export async function leftToRefund(sql: Sql, orderId: string): Promise<{ payment: Payment; left: number; promised: number } | undefined> {
  const payment = await selectPaid(sql, orderId);
  if (!payment) return undefined;
  const { promised } = await sumRefunds(sql, payment.id);
  return { payment, left: payment.amount - promised, promised };
}

/** Whether all of an order's money is on its way back. */
export async function isBeingRefunded(sql: Sql, orderId: string): Promise<boolean> {
  const paid = await leftToRefund(sql, orderId);
  return paid !== undefined && paid.left === 0 && paid.promised > 0;
}
