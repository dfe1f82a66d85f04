import * as z from 'zod/mini';
import { callAws } from '#platform/aws-call.ts';
import { config } from '#platform/config.ts';
import { foreignText } from '#platform/foreign-text.ts';
import type { OutgoingMail } from './contract.ts';
import { notificationTag } from './mail-report.ts';
import type { SendOutcome } from './mail-transport.ts';

/** Below the time that `ses-transport.client.ts` waits, so that the function still answers. */
const limitMs = 6_000;

const Answer = z.object({ MessageId: z.string() });

/** Sends a mail by SES v2 (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). Never throws. */
export async function sendBySes({ id, from, to, subject, html, text, headers }: OutgoingMail): Promise<SendOutcome> {
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
  const request = {
    FromEmailAddress: from,
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: {
        Subject: utf8(subject),
        Body: { Html: utf8(html), Text: utf8(text) },
        Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
      },
    },
    // Reports of bounces and complaints bring it back.
    EmailTags: [{ Name: notificationTag, Value: id }],
    ConfigurationSetName: config.MAIL_CONFIGURATION_SET,
  };
  try {
    const url = `${config.SES_ENDPOINT}/v2/email/outbound-emails`;
    const response = await callAws('ses', { url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) }, limitMs);
    const answer = await response.text();
    if (response.ok) return { outcome: 'done', providerId: Answer.parse(JSON.parse(answer)).MessageId };
    return refusal(response.status, response.headers.get('x-amzn-errortype') ?? '', answer);
  } catch (error) {
    return { outcome: 'away', reason: foreignText(`SES gave no answer: ${error}`) };
  }
}

/**
 * `MessageRejected` and `BadRequestException` are about the mail. An identity that is not verified is about us (a new account may write to verified
 * addresses only), and so is all else: a paused or throttled account, a missing configuration set.
 */
function refusal(status: number, type: string, answer: string): SendOutcome {
  const reason = foreignText(`SES answered ${status} ${type}: ${answer}`);
  const aboutTheMail = status === 400 && /^(MessageRejected|BadRequestException)/.test(type) && !/not verified/i.test(answer);
  return { outcome: aboutTheMail ? 'refused' : 'away', reason };
}
