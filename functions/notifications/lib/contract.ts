import * as z from 'zod/mini';
import { Tracking } from '#functions/orders/lib/contract.ts';
import { defineEvent, defineForeignEvent } from '#platform/events/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { Email, Instant, page, paging, Uuid, words } from '#platform/http/schemas.ts';

/** What a notification tells. `refund-failed` goes to the shop's admin, all others to the shopper. */
export const notificationKinds = [
  'order-received',
  'receipt',
  'payment-failed',
  'packed',
  'shipped',
  'delivered',
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

export const notificationFailed = defineEvent({
  type: 'notification.failed.v1',
  summary: 'a mail or text message was refused for good, such as for a bad address, or came back for good; an admin sees it in the mailbox',
  data: z.strictObject({
    notificationId: Uuid,
    kind: z.enum(notificationKinds),
    channel: z.enum(channels),
    orderId: z.nullable(Uuid),
    /** In the words of who refused it. */
    reason: z.string(),
  }),
});

/** A mail on its way out: what `notify-people` hands to `send-mail`. */
export const OutgoingMail = z.object({
  /** The notification's id. */
  id: Uuid,
  /** `Kelvo <orders@shop.example>` */
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type OutgoingMail = z.infer<typeof OutgoingMail>;

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

/** A mail or text message in the mailbox. */
export const Notification = z.strictObject({
  id: Uuid,
  kind: z.enum(notificationKinds),
  channel: z.enum(channels),
  /** A mail address, or a phone number in E.164. */
  to: z.string(),
  /** Of mails. */
  subject: z.nullable(z.string()),
  orderId: z.nullable(Uuid),
  status: z.enum(notificationStatuses),
  /** Why it failed, was suppressed or came back; of a pending one, why the last try did not succeed. */
  reason: z.nullable(z.string()),
  createdAt: Instant,
  sentAt: z.nullable(Instant),
});
export type Notification = z.infer<typeof Notification>;

export const listMailboxRoute = defineRoute({
  method: 'GET',
  path: '/api/notifications/mailbox',
  auth: 'admin',
  summary: 'List the mails and text messages that were written, newest first: to one recipient with to, of one order with orderId',
  query: z.strictObject({
    /** A mail address in any case, or a phone number in E.164. */
    to: z.optional(z.string().check(z.maxLength(254))),
    orderId: z.optional(Uuid),
    ...paging,
  }),
  answers: { 200: page(Notification) },
  problems: ['invalid-cursor'],
});

export const getNotificationRoute = defineRoute({
  method: 'GET',
  path: '/api/notifications/mailbox/{id}',
  auth: 'admin',
  summary: 'Read a mail or text message as it was written',
  params: z.strictObject({ id: Uuid }),
  answers: {
    200: z.extend(Notification, {
      /** Of mails. */
      html: z.nullable(z.string()),
      text: z.string(),
      headers: z.record(z.string(), z.string()),
    }),
  },
  problems: ['notification-not-found'],
});

/** The id that the mail will have: it is written and sent a moment later. */
const Requested = z.strictObject({ id: Uuid });

export const sendOrderConfirmationRoute = defineRoute({
  method: 'POST',
  path: '/api/notifications/order-confirmation',
  auth: 'admin',
  summary: 'Send the confirmation of an order (again); asked twice within a minute, it is one mail',
  body: z.strictObject({ orderId: Uuid }),
  answers: { 202: Requested },
  problems: ['order-not-found', 'order-closed'],
});

export const sendShippingUpdateRoute = defineRoute({
  method: 'POST',
  path: '/api/notifications/shipping-update',
  auth: 'admin',
  summary: "Send news of an order's parcel (again); what is left out of carrier and trackingNumber is the order's own",
  body: z.strictObject({ orderId: Uuid, carrier: z.optional(words(100)), trackingNumber: z.optional(words(100)) }),
  answers: { 202: Requested },
  problems: ['order-not-found', 'not-shipped', 'tracking-incomplete'],
});

export const allowMailsRoute = defineRoute({
  method: 'DELETE',
  path: '/api/notifications/suppressions/{address}',
  auth: 'admin',
  summary: 'Let mails go to an address again that they came back from, or whose reader called one spam',
  params: z.strictObject({ address: Email }),
  answers: { 204: null },
  problems: ['address-not-suppressed'],
});

/** As much as we read of the mail that SES tells about. `tags` are ours. */
const ReportedMail = z.object({ messageId: z.string(), tags: z.optional(z.record(z.string(), z.array(z.string()))) });

/**
 * SES reports that a mail came back, at once or hours later: `Permanent` for good, `Transient` (a full mailbox, say) or `Undetermined` for now.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export const mailBounced = defineForeignEvent({
  source: 'aws.ses',
  type: 'Email Bounced',
  data: z.object({
    mail: ReportedMail,
    bounce: z.object({
      bounceType: z.string(),
      bounceSubType: z.optional(z.string()),
      bouncedRecipients: z.array(z.object({ emailAddress: z.string(), diagnosticCode: z.optional(z.string()) })),
    }),
  }),
});

/** SES reports that a reader called a mail spam; with the type `not-spam`, that the reader took it out of the spam folder. */
export const mailComplained = defineForeignEvent({
  source: 'aws.ses',
  type: 'Email Complaint Received',
  data: z.object({
    mail: ReportedMail,
    complaint: z.object({
      complainedRecipients: z.array(z.object({ emailAddress: z.string() })),
      complaintFeedbackType: z.optional(z.nullable(z.string())),
    }),
  }),
});
