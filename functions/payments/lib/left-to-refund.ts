import type { Sql } from '#platform/db/sql.ts';
import { type Payment, selectPaid } from './payments.pg.ts';
import { type RefundRow, selectRefundsOf } from './refunds.pg.ts';

export interface Refundable {
  payment: Payment;
  refunds: RefundRow[];
  /** What was given back or is on its way. */
  committed: number;
  /** What can still be given back. */
  left: number;
}

/**
 * What can still be given back of what paid an order. Read it under the order's lock.
 * @returns undefined for an order that nothing has paid
 */
export async function leftToRefund(sql: Sql, orderId: string): Promise<Refundable | undefined> {
  const payment = await selectPaid(sql, orderId);
  if (!payment) return undefined;
  const refunds = await selectRefundsOf(sql, payment.id);
  const committed = refunds.reduce((total, { status, amount }) => total + (status === 'failed' ? 0 : amount), 0);
  return { payment, refunds, committed, left: payment.amount - committed };
}

/** Whether all of an order's money is on its way back. */
export async function isBeingRefunded(sql: Sql, orderId: string): Promise<boolean> {
  const paid = await leftToRefund(sql, orderId);
  return paid !== undefined && paid.left <= 0 && paid.committed > 0;
}
