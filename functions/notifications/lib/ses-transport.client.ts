import * as z from 'zod/mini';
import { callAws } from '#platform/aws-call.ts';
import { config } from '#platform/config.ts';
import { foreignText } from '#platform/foreign-text.ts';
import { activeTrace } from '#platform/telemetry/trace.ts';
import { headersOf } from '#platform/telemetry/trace-ids.ts';
import type { MailTransport } from './mail-transport.ts';

const limitMs = 8_000;

const Outcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('done'), providerId: z.string() }),
  z.object({ outcome: z.literal('refused'), reason: z.string() }),
  z.object({ outcome: z.literal('away'), reason: z.string() }),
]);

/**
 * Amazon SES, by way of the function `notifications/send-mail`: it is outside of the VPC, from where SES can be reached without a NAT gateway (SES
 * has no dual-stack endpoint, Lambda has one).
 */
export const sesTransport: MailTransport = {
  leaves: true,
  limitMs,
  peer: () => new URL(config.LAMBDA_ENDPOINT).hostname,
  async send(mail) {
    try {
      const url = `${config.LAMBDA_ENDPOINT}/2015-03-31/functions/${config.SEND_MAIL_FUNCTION}/invocations`;
      const response = await callAws('lambda', { url, headers: clientContext(), body: JSON.stringify(mail) }, limitMs);
      const answer = await response.text();
      return response.ok && !response.headers.has('x-amz-function-error')
        ? Outcome.parse(JSON.parse(answer))
        : { outcome: 'away', reason: foreignText(`The function that sends mails answered ${response.status}: ${answer}`) };
    } catch (error) {
      return { outcome: 'away', reason: foreignText(`The function that sends mails gave no answer: ${error}`) };
    }
  },
};

/** Carries the trace on: Lambda hands this header to the function as its client context, where tracers look for it. */
function clientContext(): Record<string, string> {
  const trace = activeTrace();
  if (!trace) return {};
  return { 'x-amz-client-context': Buffer.from(JSON.stringify({ custom: headersOf(trace) })).toString('base64') };
}
