import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

/** What the next call is answered, by SES or Lambda; undefined: nothing at all. */
let answer: { status: number; headers?: Record<string, string>; body: string } | undefined;
let asked: { path: string | undefined; headers: IncomingMessage['headers']; body: string } | undefined;

const service = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  asked = { path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() };
  if (!answer) return void response.destroy();
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
});

let sendBySes: typeof import('./ses.client.ts').sendBySes;
let sesTransport: typeof import('./ses-transport.client.ts').sesTransport;
beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  vi.resetModules();
  Object.assign(process.env, { SES_ENDPOINT: url, LAMBDA_ENDPOINT: url });
  ({ sendBySes } = await import('./ses.client.ts'));
  ({ sesTransport } = await import('./ses-transport.client.ts'));
});
afterAll(() => service.close());

const mail = {
  id: '0198e7a2-5c1f-7b3e-9d51-1f0c6a7e4b21',
  from: 'Kelvo <orders@shop.example>',
  to: 'grace@navy.example',
  subject: 'Your order – thank you',
  html: '<h1>Thank you</h1>',
  text: 'Thank you\n',
  headers: { 'Auto-Submitted': 'auto-generated' },
};
const fails = (status: number, type: string, message: string) => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: JSON.stringify({ message }),
});

test('SES is asked for the mail by one signed call, and its id there is the answer', async () => {
  answer = { status: 200, body: '{"MessageId":"0100018c-ses"}' };
  expect(await sendBySes(mail)).toEqual({ outcome: 'done', providerId: '0100018c-ses' });
  expect(asked?.path).toBe('/v2/email/outbound-emails');
  expect(asked?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 .*\/ses\/aws4_request/);
  expect(JSON.parse(asked?.body ?? '')).toEqual({
    FromEmailAddress: mail.from,
    Destination: { ToAddresses: [mail.to] },
    Content: {
      Simple: {
        Subject: { Data: mail.subject, Charset: 'UTF-8' },
        Body: { Html: { Data: mail.html, Charset: 'UTF-8' }, Text: { Data: mail.text, Charset: 'UTF-8' } },
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    },
    EmailTags: [{ Name: 'notification', Value: mail.id }],
    ConfigurationSetName: 'kelvo-test',
  });
});

test.each([
  ['refused', fails(400, 'MessageRejected', 'Email address is on the suppression list')],
  ['refused', fails(400, 'BadRequestException:http://internal.amazon.com/', 'Local address contains control or whitespace')],
  ['away', fails(400, 'MessageRejected', 'Email address is not verified: orders@shop.example')],
  ['away', fails(400, 'MailFromDomainNotVerifiedException', 'x')],
  ['away', fails(400, 'SendingPausedException', 'x')],
  ['away', fails(400, 'AccountSuspendedException', 'x')],
  ['away', fails(403, 'AccessDeniedException', 'not authorized')],
  ['away', fails(404, 'NotFoundException', 'Configuration set <kelvo-test> does not exist.')],
  ['away', fails(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.')],
  ['away', fails(500, 'InternalFailure', 'x')],
  ['away', { status: 200, body: 'not JSON' }],
  ['away', undefined],
])('an answer of SES is %s: %o', async (outcome, given) => {
  answer = given;
  expect(await sendBySes(mail)).toMatchObject({ outcome, reason: expect.stringMatching(/SES/) });
});

test('the function that sends mails is invoked by its name, and its answer is the answer', async () => {
  answer = { status: 200, body: '{"outcome":"done","providerId":"0100018c-ses"}' };
  expect(await sesTransport.send(mail)).toEqual({ outcome: 'done', providerId: '0100018c-ses' });
  expect(asked?.path).toBe('/2015-03-31/functions/rumshop-notifications-send-mail-test/invocations');
  expect(asked?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 .*\/lambda\/aws4_request/);
  expect(JSON.parse(asked?.body ?? '')).toEqual(mail);
  answer = { status: 200, body: '{"outcome":"refused","reason":"no such mailbox"}' };
  expect(await sesTransport.send(mail)).toEqual({ outcome: 'refused', reason: 'no such mailbox' });
});

test.each([
  [
    'an error in it',
    'Task timed out',
    { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"errorMessage":"Task timed out"}' },
  ],
  ['a throttled call', 'Rate exceeded', fails(429, 'TooManyRequestsException', 'Rate exceeded')],
  ['an answer that it never gives', 'no answer', { status: 200, body: '{"outcome":"perhaps"}' }],
  ['silence', 'no answer', undefined],
])('%s keeps the mail', async (_, reason, given) => {
  answer = given;
  expect(await sesTransport.send(mail)).toMatchObject({ outcome: 'away', reason: expect.stringContaining(reason) });
});
