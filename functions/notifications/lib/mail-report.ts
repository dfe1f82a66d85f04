import type { ReceivedEvent } from '#platform/events/envelope.ts';
import { foreignText } from '#platform/foreign-text.ts';
import type { mailBounced, mailComplained } from './contract.ts';

export type MailEvent = ReceivedEvent<typeof mailBounced> | ReceivedEvent<typeof mailComplained>;

/** What a report of SES means for a mail, and for the addresses that it names. */
export interface MailReport {
  /** The id that SES gave the mail. */
  providerId: string;
  /** Our own id, which the mail carries as a tag: known also before the answer to its sending is written down. */
  notificationId: string | null;
  /** In lower case: no two people share a mailbox by the case of its name. */
  addresses: string[];
  /** For people. */
  reason: string;
  /** `failed`: it did not arrive and never will. `noted`: it arrived, or may still. */
  outcome: 'failed' | 'noted';
  /** No mail may go to these addresses any more. */
  suppresses: boolean;
}

/** The tag by which a mail carries its notification's id. */
export const notificationTag = 'notification';

/**
 * Reads a report. A bounce that is `Permanent`, and a complaint, end mails to the address. A full mailbox and the like are noted only: the next mail
 * may arrive. So is `not-spam`, by which a reader takes a mail out of the spam folder.
 */
export function reportOf({ data }: MailEvent): MailReport {
  const { messageId, tags } = data.mail;
  const mail = { providerId: messageId, notificationId: uuidOf(tags?.[notificationTag]?.[0]) };
  if ('bounce' in data) {
    const { bounceType, bounceSubType, bouncedRecipients } = data.bounce;
    const lasting = bounceType === 'Permanent';
    const why = [bounceSubType && `(${bounceSubType})`, bouncedRecipients[0]?.diagnosticCode].filter(Boolean).join(' ');
    return {
      ...mail,
      addresses: addressesOf(bouncedRecipients),
      reason: foreignText(`The mail came back${lasting ? '' : ', perhaps only for now'} ${why}`.trim()),
      outcome: lasting ? 'failed' : 'noted',
      suppresses: lasting,
    };
  }
  const { complainedRecipients, complaintFeedbackType } = data.complaint;
  const spam = complaintFeedbackType !== 'not-spam';
  return {
    ...mail,
    addresses: addressesOf(complainedRecipients),
    reason: spam ? 'The reader called the mail spam' : 'The reader said that the mail is no spam',
    outcome: 'noted',
    suppresses: spam,
  };
}

const addressesOf = (recipients: readonly { emailAddress: string }[]): string[] => [
  ...new Set(recipients.map(({ emailAddress }) => foreignText(bare(emailAddress)).toLowerCase())),
];

/** SES copies what the receiving server wrote: `Ada <ada@example.com>` as well as the address alone. */
const bare = (address: string): string => /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address.trim();

const uuidOf = (text: string | undefined): string | null =>
  text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
