import { callAws } from '#platform/aws-call.ts';
import { config } from '#platform/config.ts';
import { foreignText } from '#platform/foreign-text.ts';
import type { SendOutcome } from './mail-transport.ts';
import type { OutgoingText, SmsTransport } from './sms-transport.ts';

const limitMs = 6_000;

/**
 * Amazon SNS, which has a dual-stack endpoint: it is called from inside the VPC. SNS keeps a list of its own of phones whose owner answered STOP,
 * and sends them nothing, whether it says so at once or takes the message and drops it.
 */
export const snsTransport: SmsTransport = { leaves: true, limitMs, send: sendBySns, peer: () => new URL(config.SNS_ENDPOINT).hostname };

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
async function sendBySns({ to, text }: OutgoingText): Promise<SendOutcome> {
  const attributes = Object.entries({
    'AWS.SNS.SMS.SMSType': 'Transactional', // by the way that arrives most surely
    ...(config.SMS_SENDER_ID !== undefined && { 'AWS.SNS.SMS.SenderID': config.SMS_SENDER_ID }),
  });
  const body = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', PhoneNumber: to, Message: text });
  for (const [i, [name, value]] of attributes.entries()) {
    const entry = `MessageAttributes.entry.${i + 1}`;
    body.set(`${entry}.Name`, name);
    body.set(`${entry}.Value.DataType`, 'String');
    body.set(`${entry}.Value.StringValue`, value);
  }
  try {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await callAws('sns', { url: config.SNS_ENDPOINT, headers, body: body.toString() }, limitMs);
    const answer = await response.text();
    const providerId = memberOf(answer, 'MessageId');
    if (response.ok && providerId) return { outcome: 'done', providerId };
    return failureOf(response.status, answer);
  } catch (error) {
    return { outcome: 'away', reason: foreignText(`SNS gave no answer: ${error}`) };
  }
}

/** `InvalidParameter` is about the number, `OptedOut` about its owner. All else is about us or for now: a missing permission, a spending limit. */
function failureOf(status: number, answer: string): SendOutcome {
  const [code = '', message = ''] = [memberOf(answer, 'Code'), memberOf(answer, 'Message')];
  const reason = foreignText(`SNS answered ${status} ${code}: ${message}`);
  const aboutThePhone =
    status === 400 && /^(InvalidParameter|InvalidParameterValue|ParameterValueInvalid|OptedOut)(Exception)?$/.test(code);
  return { outcome: aboutThePhone ? 'refused' : 'away', reason };
}

/** The text of an element of SNS's XML. */
const memberOf = (xml: string, name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
