/** What an AWS service would put on the account's default bus, such as a bounce of SES: PutEvents takes no such event from anybody else. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BusEvent } from '../pumps/bus.ts';
import type { Pumps } from '../pumps/pumps.ts';
import { sendGatewayError } from './answer.ts';
import { readBody } from './body.ts';

/** Answers POST /_local/aws-events {source: "aws.…", "detail-type", detail}: 202 once the event is stored for every matching rule. */
export async function takeAwsEvent(request: IncomingMessage, response: ServerResponse, pumps: Pumps | undefined): Promise<void> {
  const body = await readBody(request);
  if (typeof body === 'string') return sendGatewayError(response, 413);
  // CSRF: a web page cannot send JSON to another origin without a CORS preflight, which nobody answers.
  const isJson = /^application\/json\b/.test(request.headers['content-type'] ?? '');
  const event = isJson ? eventFrom(String(body.bytes)) : undefined;
  if (event === undefined || pumps === undefined) return sendGatewayError(response, 400);
  await pumps.deliver([event]);
  response.writeHead(202, { 'content-length': 0 });
  response.end();
}

function eventFrom(text: string): BusEvent | undefined {
  try {
    const { source, detail, 'detail-type': type } = JSON.parse(text) as Partial<BusEvent>;
    if (typeof source !== 'string' || !source.startsWith('aws.') || typeof type !== 'string' || typeof detail !== 'object')
      return undefined;
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    const here = { account: '000000000000', region: 'us-east-1', resources: [], bus: 'default' };
    return { version: '0', id: randomUUID(), source, 'detail-type': type, detail, time, ...here };
  } catch {
    return undefined;
  }
}
