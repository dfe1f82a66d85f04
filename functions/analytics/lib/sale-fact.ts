import type { Currency } from '#platform/money.ts';

/** What is kept of an event that counts: a row of `sales_facts`. */
export interface SaleFact {
  event_id: string;
  kind: 'placed' | 'paid' | 'refunded' | 'refund-failed';
  /** The event's own time, ISO 8601. */
  at: string;
  order_id: string;
  refund_id?: string;
  currency: Currency;
  /** Minor units: the order's total, or what went back. */
  amount: number;
  /** With `paid`: tells buyers apart without naming them. */
  buyer?: string;
}
