import * as z from 'zod/mini';
import { Tracking } from '#functions/orders/lib/contract.ts';
import { defineEvent } from '#platform/events/contract.ts';
import { Uuid } from '#platform/http/schemas.ts';

/** What a notification tells. `refund-failed` goes to the shop's admin, all others to the shopper. */
export const notificationKinds = [
  'order-received',
  'receipt',
  'payment-failed',
  'packed',
  'shipped',
  'refunded',
  'cancelled',
  'expired',
  'refund-failed',
  'welcome',
  'password-changed',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

export const channels = ['mail', 'sms'] as const;
export type Channel = (typeof channels)[number];

/**
 * `pending`: not sent yet, or not for sure. `failed`: refused for good. `suppressed`: never meant to leave, because nobody reads that address
 * or it is to get no more. All but `pending` are final.
 */
export const notificationStatuses = ['pending', 'sent', 'failed', 'suppressed'] as const;
export type NotificationStatus = (typeof notificationStatuses)[number];

export const notificationRequested = defineEvent({
  type: 'notification.requested.v1',
  summary: 'an admin wants a mail about an order to be sent (again); `notificationId` is the id that it will have',
  data: z.strictObject({
    notificationId: Uuid,
    orderId: Uuid,
    kind: z.enum(['order-received', 'shipped']),
    /** With `shipped`; left out, the order's own is told. */
    tracking: z.optional(Tracking),
  }),
});
