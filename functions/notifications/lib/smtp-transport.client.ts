import { required } from '#platform/config.ts';
import { foreignText } from '#platform/foreign-text.ts';
import type { OutgoingMail } from './contract.ts';
import type { MailTransport, SendOutcome } from './mail-transport.ts';

const limitMs = 5_000;

/** Any mail server, by SMTP. A connection for each mail: a frozen sandbox could not keep one alive. */
export const smtpTransport: MailTransport = {
  leaves: true,
  limitMs,
  peer: () => serverUrl().hostname,
  async send(mail) {
    const signal = AbortSignal.timeout(limitMs);
    try {
      const { createTransport } = await import('nodemailer'); // a shop that sends by another way never loads it
      // A server that answers nothing is given up by the signal, which also closes the connection.
      const { response, messageId } = await createTransport(serverUrl().href).sendMail({ ...messageOf(mail), signal });
      return { outcome: 'done', providerId: foreignText(/queued as (\S+)/i.exec(response)?.[1] ?? messageId) };
    } catch (error) {
      return signal.aborted ? { outcome: 'away', reason: `The mail server did not answer within ${limitMs} ms` } : outcomeOf(error);
    }
  },
};

/** `smtps://` is TLS from the beginning; `smtp://` has to change to TLS (STARTTLS), unless the URL says `?requireTLS=false`. */
function serverUrl(): URL {
  const url = new URL(required('SMTP_URL'));
  if (url.protocol === 'smtp:' && !url.searchParams.has('requireTLS')) url.searchParams.set('requireTLS', 'true');
  return url;
}

function messageOf({ id, from, to, subject, html, text, headers }: OutgoingMail) {
  const domain = /@([^@>\s]+)>?$/.exec(from)?.[1] ?? 'localhost';
  // The same id at each try, so that a mail program can tell that a repeat is one.
  return {
    from,
    to: { name: '', address: to },
    subject,
    html,
    text,
    headers,
    messageId: `<${id}@${domain}>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What nodemailer's errors carry. */
interface SmtpError extends Error {
  /** The server's code: 550. */
  responseCode?: number;
  /** What the server answered to: `RCPT TO`, `DATA`, `AUTH PLAIN`. */
  command?: string;
}

/** A 5xx is for good (RFC 5321, 4.2.1), and the mail's own where it answers the recipient or the content; else it is about us, the sender. */
function outcomeOf(error: unknown): SendOutcome {
  const { responseCode = 0, command = '', message } = error instanceof Error ? (error as SmtpError) : { message: String(error) };
  const reason = foreignText(message);
  const aboutTheMail = command === 'RCPT TO' || command === 'DATA';
  return { outcome: aboutTheMail && responseCode >= 500 ? 'refused' : 'away', reason };
}
