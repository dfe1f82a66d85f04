import type { MailTransport } from './mail-transport.ts';

/** Mails stay in the table `notifications`, which is the mailbox. */
export const localTransport: MailTransport = {
  leaves: false,
  limitMs: 1_000,
  peer: () => undefined,
  send: async ({ id }) => ({ outcome: 'done', providerId: `local-${id}` }),
};
