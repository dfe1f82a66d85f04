import { orderEvents } from '#functions/orders/lib/contract.ts';
import { paymentRefunded, refundFailed } from '#functions/payments/lib/contract.ts';
import type { ReceivedEvent } from '#platform/events/envelope.ts';
import type { Currency } from '#platform/money.ts';

/** The events that sales are made of. The stream carries others too. */
export const saleEvents = [orderEvents.created, orderEvents.paid, paymentRefunded, refundFailed] as const;
export type SaleEvent = (typeof saleEvents)[number];

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

export function saleFactOf(event: ReceivedEvent<SaleEvent>): SaleFact {
  const { id: event_id, time: at } = event;
  switch (event.type) {
    case orderEvents.created.type:
      return { event_id, kind: 'placed', at, order_id: event.data.orderId, ...event.data.total };
    case orderEvents.paid.type:
      return { event_id, kind: 'paid', at, order_id: event.data.orderId, ...event.data.total, buyer: event.data.buyer };
    case paymentRefunded.type:
      return { event_id, kind: 'refunded', at, order_id: event.data.orderId, refund_id: event.data.refundId, ...event.data.amount };
    case refundFailed.type:
      return { event_id, kind: 'refund-failed', at, order_id: event.data.orderId, refund_id: event.data.refundId, ...event.data.amount };
  }
}
