import { config } from '#platform/config.ts';
import { localTransport } from './local-transport.ts';
import type { MailTransport } from './mail-transport.ts';
import { sesTransport } from './ses-transport.client.ts';
import { smtpTransport } from './smtp-transport.client.ts';

const transports: Record<typeof config.MAIL_TRANSPORT, MailTransport> = { local: localTransport, ses: sesTransport, smtp: smtpTransport };

/** How mails leave, as the shop is configured. */
export const mailTransport = (): MailTransport => transports[config.MAIL_TRANSPORT];
