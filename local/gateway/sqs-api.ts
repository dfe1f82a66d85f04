/** SQS's HTTP API, in the protocol that the AWS SDKs speak (AWS JSON 1.0: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html). */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pumps } from '../pumps/pumps.ts';
import { SqsFault, sqsActions } from '../pumps/sqs-actions.ts';
import { sendGatewayError } from './answer.ts';
import { readBody } from './body.ts';

/** What an SDK calls an action of SQS in the header `x-amz-target`. */
const target = /^AmazonSQS\.(\w+)$/;

/** Whether a request is for SQS. A web page cannot send this header to another origin without being asked first, which nobody answers (CSRF). */
export const isForSqs = ({ headers }: IncomingMessage): boolean => target.test(String(headers['x-amz-target']));

/** Answers a call. Without pumps every queue is there, and empty. */
export async function serveSqs(request: IncomingMessage, response: ServerResponse, path: string, pumps: Pumps | undefined): Promise<void> {
  const body = await readBody(request);
  if (body === 'too large') return sendGatewayError(response, 413);
  if (body === 'aborted') return;
  const action = target.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
  // An SDK may send a call to the queue's own URL.
  const baseUrl = `http://${request.headers.host}${path.replace(/\/\d{12}\/[\w.-]+$/, '').replace(/\/$/, '')}`;
  try {
    const input = inputOf(body.bytes);
    const answer = pumps
      ? await run(action, input, { pumps, baseUrl, gone: () => response.destroyed })
      : emptyQueue(action, input, baseUrl);
    send(response, 200, answer);
  } catch (error) {
    if (error instanceof SqsFault) return send(response, 400, { __type: `com.amazonaws.sqs#${error.type}`, message: error.message });
    console.error(`SQS ${action} failed:`, error instanceof Error ? error.message : error);
    send(response, 500, { __type: 'com.amazonaws.sqs#InternalFailure', message: 'The queues cannot be reached.' });
  }
}

function run(action: string, input: unknown, call: Parameters<NonNullable<(typeof sqsActions)[string]>>[1]): Promise<object> {
  const known = Object.hasOwn(sqsActions, action) ? sqsActions[action] : undefined;
  if (known === undefined) throw new SqsFault('UnsupportedOperation', `${action} is not there: local/pumps/sqs-actions.ts has what is.`);
  return known(input, call);
}

function inputOf(bytes: Buffer | null): unknown {
  try {
    return JSON.parse(String(bytes ?? '{}'));
  } catch {
    throw new SqsFault('SerializationException', 'The body is no JSON.');
  }
}

/** Where there are no pumps, as in a replay, a queue is whatever somebody asks for, and has no messages. */
function emptyQueue(action: string, input: unknown, baseUrl: string): object {
  const { QueueName } = (input ?? {}) as { QueueName?: unknown };
  if (action === 'GetQueueUrl') return { QueueUrl: `${baseUrl}/000000000000/${QueueName}` };
  if (action === 'GetQueueAttributes') return { Attributes: {} };
  if (action === 'ReceiveMessage') return {};
  throw new SqsFault('UnsupportedOperation', `${action} needs pumps, and there are none.`);
}

function send(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
}
