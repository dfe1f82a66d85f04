import { textRecipientOf } from '#functions/orders/lib/text-recipient.ts';
import { now as clock } from '#platform/clock.ts';
import { config } from '#platform/config.ts';
import { sql, transaction } from '#platform/db/sql.ts';
import type { Tags } from '#platform/telemetry/datadog.ts';
import { log } from '#platform/telemetry/log.ts';
import { failActiveSpan } from '#platform/telemetry/otlp.ts';
import { span } from '#platform/telemetry/trace.ts';
import type { Channel } from './contract.ts';
import type { SendOutcome } from './mail-transport.ts';
import { isNobodys } from './nobodys-address.ts';
import { markNotification, takeUnsent, type Unsent } from './notifications.pg.ts';
import { suppressionOf } from './suppressions.pg.ts';
import { tellOfFailure } from './tell-of-failure.ts';
import { mailTransport, smsTransport } from './transport.ts';

/** A mail that is still being sent when its time is over has this long until another process may try. */
const spareMs = 2_000;

/**
 * Sends what an event is told by and was not sent yet, and notes what became of each. Outside of any transaction: a mail system may take seconds,
 * and what it took stays sent. Only when the process dies between the two can a mail go twice.
 * @throws Error when something is not sent yet: the event comes again, and after some tries is a dead letter with this reason
 */
export async function sendNotifications(eventId: string): Promise<void> {
  const { taken, held } = await takeUnsent(sql, eventId, Math.max(mailTransport().limitMs, smsTransport().limitMs) + spareMs);
  const unsent: string[] = held > 0 ? ['It is being sent already'] : [];
  // At once: one after the other, they would need longer than they are taken for.
  for (const reason of await Promise.all(taken.map(sendOne))) if (reason !== undefined) unsent.push(reason);
  if (unsent.length > 0) throw new Error(`Not sent yet: ${unsent.join('; ')}`);
}

/** @returns why it is not sent yet; undefined when it is done with */
async function sendOne(notification: Unsent): Promise<string | undefined> {
  const { id, kind, channel } = notification;
  const suppressed = await (channel === 'sms' ? whyNoText : whyNoMail)(notification);
  if (suppressed !== undefined) {
    await markNotification(sql, id, { status: 'suppressed', reason: suppressed });
    return undefined;
  }
  const outcome = await send(notification);
  if (outcome.outcome === 'done') {
    await markNotification(sql, id, { status: 'sent', providerId: outcome.providerId, sentAt: clock() });
    return undefined;
  }
  log('warn', 'a notification was not sent', { notification_id: id, kind, outcome: outcome.outcome, reason: outcome.reason });
  if (outcome.outcome === 'refused') return giveUp(notification, outcome);
  await markNotification(sql, id, { status: 'pending', reason: outcome.reason });
  return outcome.reason;
}

const invented = 'Nobody has a mailbox at this domain';

async function whyNoMail({ recipient }: Unsent): Promise<string | undefined> {
  if (mailTransport().leaves && isNobodys(recipient)) return invented;
  return suppressionOf(sql, recipient);
}

/** The consent may be withdrawn while a text message waits. Orders of the demo, of seeds and tests have made-up addresses, and perhaps somebody's number. */
async function whyNoText({ recipient, orderId }: Unsent): Promise<string | undefined> {
  const agreed = orderId === null ? undefined : await textRecipientOf(sql, orderId);
  if (agreed?.number !== recipient) return 'The consent to text messages was withdrawn';
  return smsTransport().leaves && isNobodys(agreed.email) ? invented : undefined;
}

function send({ id, kind, channel, recipient: to, subject, html, text, headers }: Unsent): Promise<SendOutcome> {
  if (channel === 'sms')
    return span('sms.send', spanTags(kind, 'sms', smsTransport().peer()), () => failing(smsTransport().send({ id, to, text })));
  const mail = { id, from: config.MAIL_FROM, to, subject: subject ?? '', html: html ?? '', text, headers };
  return span('mail.send', spanTags(kind, 'mail', mailTransport().peer()), () => failing(mailTransport().send(mail)));
}

async function failing(sending: Promise<SendOutcome>): Promise<SendOutcome> {
  const outcome = await sending;
  if (outcome.outcome !== 'done') failActiveSpan(outcome.outcome);
  return outcome;
}

/** Never whom it goes to, nor what it says. */
function spanTags(kind: string, channel: Channel, host: string | undefined): Tags {
  return {
    'span.kind': 'client',
    'resource.name': `send ${kind}`,
    [`${channel}.transport`]: channel === 'sms' ? config.SMS_TRANSPORT : config.MAIL_TRANSPORT,
    ...(host && { 'out.host': host }),
  };
}

/** Refused for good: the shop's admin hears of it, and the event is done with. */
async function giveUp(notification: Unsent, { reason }: Extract<SendOutcome, { outcome: 'refused' }>): Promise<undefined> {
  await transaction(async (tx) => {
    const failed = await markNotification(tx, notification.id, { status: 'failed', reason });
    if (failed) await tellOfFailure(tx, notification, reason, clock());
  });
}
