import { userRegistered } from '#functions/auth/lib/contract.ts';
import { findAccount } from '#functions/auth/lib/read-account.ts';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { orderToken } from '#functions/orders/lib/order-token.ts';
import { orderById } from '#functions/orders/lib/read-order.ts';
import { textRecipientOf } from '#functions/orders/lib/text-recipient.ts';
import { paymentFailed, paymentRefunded, refundFailed } from '#functions/payments/lib/contract.ts';
import { config } from '#platform/config.ts';
import type { TransactionSql } from '#platform/db/sql.ts';
import { type NotificationKind, notificationRequested } from './contract.ts';
import * as accountMails from './mails/account-mails.ts';
import type { MailContent } from './mails/content.ts';
import { htmlOf } from './mails/html.ts';
import * as orderMails from './mails/order-mails.ts';
import { textOf } from './mails/text.ts';
import { hasNotification, insertNotification, lockNotifications } from './notifications.pg.ts';
import type { NotifiedEvent } from './notified-events.ts';
import { parcelText } from './text-messages.ts';

const { created, paid, packed, shipped, delivered, cancelled, expired } = orderEvents;

/** A mail that is to be written, and to whom. */
interface Noted {
  id?: string;
  kind: NotificationKind;
  to: string;
  content: MailContent;
  orderId?: string;
  userId?: string | null;
}

/**
 * Writes the mail that an event is told by, if any. Events come late and out of order: what is no longer true is not told.
 * @param sql the transaction that claims the event
 */
export async function noteNotifications(sql: TransactionSql, event: NotifiedEvent, { now }: { now: Date }): Promise<void> {
  if (event.type === shipped.type || event.type === delivered.type) await noteText(sql, event, now);
  const noted = 'userId' in event.data ? await accountMail(sql, event, event.data.userId) : await orderMail(sql, event, event.data.orderId);
  if (!noted) return;
  const { id, kind, to, content, orderId = null, userId = null } = noted;
  await insertNotification(
    sql,
    event.id,
    {
      ...(id === undefined ? {} : { id }),
      kind,
      channel: 'mail',
      recipient: to,
      orderId,
      userId,
      subject: content.subject,
      html: htmlOf(content),
      text: textOf(content),
      headers: sentByMachine,
    },
    now,
  );
}

/** Writes the text message about a parcel, where its buyer agreed to them. */
async function noteText(
  sql: TransactionSql,
  event: NotifiedEvent & { type: 'order.shipped.v1' | 'order.delivered.v1' },
  now: Date,
): Promise<void> {
  const { orderId, number } = event.data;
  const recipient = await textRecipientOf(sql, orderId);
  const found = recipient && (await orderById(sql, orderId));
  if (!found) return;
  const kind = event.type === shipped.type ? 'shipped' : 'delivered';
  const text = parcelText(kind, { number, orderUrl: orderUrlOf(orderId, found.userId) });
  const message = {
    kind,
    channel: 'sms',
    recipient: recipient.number,
    orderId,
    userId: found.userId,
    subject: null,
    html: null,
    text,
    headers: {},
  } as const;
  await insertNotification(sql, event.id, message, now);
}

/** No out-of-office note may answer it (RFC 3834; the second is Exchange's). */
const sentByMachine = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

async function accountMail(sql: TransactionSql, { type, time }: NotifiedEvent, userId: string): Promise<Noted | undefined> {
  const user = await findAccount(sql, userId);
  if (!user) return undefined; // erased meanwhile
  const { name, email: to } = user;
  if (type === userRegistered.type)
    return { kind: 'welcome', to, userId, content: accountMails.welcome({ name, shopUrl: link('/products') }) };
  const content = accountMails.passwordChanged({ name, at: new Date(time), accountUrl: link('/account') });
  return { kind: 'password-changed', to, userId, content };
}

async function orderMail(sql: TransactionSql, event: NotifiedEvent, orderId: string): Promise<Noted | undefined> {
  const found = await orderById(sql, orderId);
  if (!found) throw new Error('The order of an event is not there');
  const { order, userId } = found;
  const orderUrl = orderUrlOf(orderId, userId);
  const facts = { order, orderUrl, at: new Date(event.time) };
  const toShopper = (kind: NotificationKind, content: MailContent): Noted => ({ kind, to: order.email, content, orderId, userId });

  switch (event.type) {
    case created.type:
      return toShopper('order-received', orderMails.orderReceived(facts));
    case paid.type:
      return toShopper('receipt', orderMails.receipt(facts));
    case packed.type:
      return order.status === 'refunded' ? undefined : toShopper('packed', orderMails.packed(facts));
    case shipped.type:
      return toShopper('shipped', orderMails.shipped({ ...facts, tracking: event.data.tracking ?? order.tracking }));
    case cancelled.type:
      return toShopper('cancelled', orderMails.cancelled({ ...facts, reason: event.data.reason }));
    case expired.type:
      // A payment that came late has revived it.
      return order.status === 'expired' || order.status === 'refunded' ? toShopper('expired', orderMails.expired(facts)) : undefined;
    case paymentFailed.type: {
      // Once an order: who tries five cards in a minute needs no five mails. Not when it is paid by now, or can be paid no more.
      await lockNotifications(sql, orderId);
      const toldBefore = await hasNotification(sql, orderId, 'payment-failed');
      if (toldBefore || order.status !== 'pending_payment' || order.payment?.status === 'processing') return undefined;
      const heldUntil = new Date(Date.parse(order.createdAt) + config.ORDER_EXPIRY_SECONDS * 1_000);
      return toShopper('payment-failed', orderMails.paymentFailed({ ...facts, amount: event.data.amount, heldUntil }));
    }
    case paymentRefunded.type: {
      const { amount, refundId } = event.data;
      const refund = order.refunds.find(({ id }) => id === refundId);
      return toShopper('refunded', orderMails.refunded({ ...facts, amount, reason: refund?.reason ?? null }));
    }
    case refundFailed.type: {
      if (config.ADMIN_MAIL === undefined) return undefined;
      const { amount, code } = event.data;
      const content = orderMails.refundFailed({ ...facts, orderUrl: link(`/admin/orders/${orderId}`), amount, code });
      return { kind: 'refund-failed', to: config.ADMIN_MAIL, content, orderId };
    }
    case notificationRequested.type: {
      const { notificationId: id, kind, tracking } = event.data;
      const content =
        kind === 'shipped' ? orderMails.shipped({ ...facts, tracking: tracking ?? order.tracking }) : orderMails.orderReceived(facts);
      return { ...toShopper(kind, content), id };
    }
    default:
      return undefined;
  }
}

/** Of an order's page; a guest's link opens it. */
const orderUrlOf = (orderId: string, userId: string | null): string =>
  userId === null ? `${link(`/orders/${orderId}`)}#token=${orderToken(orderId)}` : link(`/orders/${orderId}`);

const link = (path: string): string => config.PUBLIC_URL + path;
