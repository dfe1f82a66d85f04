import type { OutgoingMail } from './contract.ts';

/**
 * The three ways in which sending ends. `refused` is for good, and about this mail or its address. Everything else is `away`, our own faults too
 * (wrong credentials, a sender that is not verified): the mail waits until somebody has put that right, and is not lost.
 */
export type SendOutcome =
  | { outcome: 'done'; providerId: string }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'away'; reason: string };

/** What Kelvo needs of a mail system. Sending never throws. */
export interface MailTransport {
  /** Whether mails really leave. If not, addresses that belong to nobody are as good as any. */
  leaves: boolean;
  /** How long a mail takes at most, in milliseconds: it ends as `away` then. */
  limitMs: number;
  send(mail: OutgoingMail): Promise<SendOutcome>;
  /** The host that it talks to, for spans; none where nothing leaves. */
  peer(): string | undefined;
}
