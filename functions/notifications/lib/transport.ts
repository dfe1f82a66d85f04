import { config } from '#platform/config.ts';
import { faultNow } from '#platform/faults/faults.ts';
import { failingTransport } from './failing-transport.ts';
import { localSmsTransport } from './local-sms-transport.ts';
import { localTransport } from './local-transport.ts';
import type { MailTransport } from './mail-transport.ts';
import { sesTransport } from './ses-transport.client.ts';
import type { SmsTransport } from './sms-transport.ts';
import { smtpTransport } from './smtp-transport.client.ts';
import { snsTransport } from './sns.client.ts';

const transports: Record<typeof config.MAIL_TRANSPORT, MailTransport> = { local: localTransport, ses: sesTransport, smtp: smtpTransport };

/** How mails leave, as the shop is configured. */
export const mailTransport = (): MailTransport => {
  const transport = transports[config.MAIL_TRANSPORT];
  return faultNow('mail-failing') ? failingTransport(transport) : transport;
};

const smsTransports: Record<typeof config.SMS_TRANSPORT, SmsTransport> = { local: localSmsTransport, sns: snsTransport };

/** How text messages leave, as the shop is configured. */
export const smsTransport = (): SmsTransport => smsTransports[config.SMS_TRANSPORT];
