import type { SendOutcome } from './mail-transport.ts';

/** A text message on its way out. */
export interface OutgoingText {
  /** The notification's id. */
  id: string;
  /** E.164 */
  to: string;
  text: string;
}

/** What Kelvo needs of a text-message system; outcomes are as for mails. Sending never throws. */
export interface SmsTransport {
  /** Whether text messages really leave. */
  leaves: boolean;
  /** How long one takes at most, in milliseconds: it ends as `away` then. */
  limitMs: number;
  send(message: OutgoingText): Promise<SendOutcome>;
  /** The host that it talks to, for spans; none where nothing leaves. */
  peer(): string | undefined;
}
