import { hits } from '#platform/faults/faults.ts';
import { refusedConnection } from '#platform/faults/nowhere.ts';
import type { MailTransport } from './mail-transport.ts';

/** A mail system as it is while the demo's fault `mail-failing` is on: for its share of the mails a connection is dialled that is refused. */
export const failingTransport = (transport: MailTransport): MailTransport => ({
  ...transport,
  send: async (mail) => (hits('mail-failing') ? { outcome: 'away', reason: String(await refusedConnection()) } : transport.send(mail)),
});
