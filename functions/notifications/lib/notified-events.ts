import { passwordChanged, userRegistered } from '#functions/auth/lib/contract.ts';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { paymentFailed, paymentRefunded, refundFailed } from '#functions/payments/lib/contract.ts';
import type { ReceivedEvent } from '#platform/events/envelope.ts';
import { notificationRequested } from './contract.ts';

const { created, paid, packed, shipped, delivered, cancelled, expired } = orderEvents;

/** What people are told of; of `order.delivered` by text message alone. `order.refunded` is not here: `payment.refunded` comes with each refund and has its amount. */
export const notifiedEvents = [
  created,
  paid,
  packed,
  shipped,
  delivered,
  cancelled,
  expired,
  paymentFailed,
  paymentRefunded,
  refundFailed,
  userRegistered,
  passwordChanged,
  notificationRequested,
] as const;
export type NotifiedEvent = ReceivedEvent<(typeof notifiedEvents)[number]>;
