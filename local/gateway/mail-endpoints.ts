/** Stand-ins for what mails take with `MAIL_TRANSPORT=ses`: Lambda's Invoke and SES's SendEmail. No mail leaves. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientContext } from 'aws-lambda';
import type { LocalFunction } from '../template.ts';
import { readBody } from './body.ts';
import type { Invoker } from './invoke.ts';

/** The path of SES's SendEmail, below its endpoint. */
export const sendEmailPath = '/v2/email/outbound-emails';

/** The function's name in the path of an Invoke call, below Lambda's endpoint. */
const invokedFunction = (path: string) => /^\/2015-03-31\/functions\/([\w-]+)\/invocations$/.exec(path)?.[1];

/** Answers an Invoke call as Lambda does: what the function returns, or its error and a header that says that it is one. */
export async function invokeFunction(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { functions, invoke }: { functions: readonly LocalFunction[]; invoke: Invoker['invoke'] },
): Promise<void> {
  const fn = functions.find(({ name }) => name === invokedFunction(path));
  if (!isSigned(request)) return answer(response, 403, { message: 'Missing Authentication Token' });
  if (fn === undefined)
    return answer(response, 404, { Message: 'Function not found' }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
  const invocation = [fn.logicalId, await jsonOf(request), undefined, clientContextOf(request)] as const;
  if (request.headers['x-amz-invocation-type'] === 'Event') {
    // Nobody waits for it, and Lambda's answer has no body. Where it fails, the function's own log says so.
    void invoke(...invocation).catch(() => undefined);
    response.writeHead(202).end();
    return;
  }
  try {
    return answer(response, 200, await invoke(...invocation));
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    return answer(response, 200, { errorMessage }, { 'x-amz-function-error': 'Unhandled' });
  }
}

/** The header's JSON in base64, which Lambda gives to the function as its client context. */
function clientContextOf({ headers }: IncomingMessage): ClientContext | undefined {
  const header = headers['x-amz-client-context'];
  return typeof header === 'string' ? JSON.parse(Buffer.from(header, 'base64').toString()) : undefined;
}

interface SendEmail {
  FromEmailAddress?: string;
  Destination?: { ToAddresses?: string[] };
}

/** Answers a SendEmail call: a mail to or from no address is refused, every other is taken. */
export async function sendEmail(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isSigned(request)) return answer(response, 403, { message: 'Missing Authentication Token' });
  const { FromEmailAddress = '', Destination } = ((await jsonOf(request)) ?? {}) as SendEmail;
  const addresses = [FromEmailAddress, ...(Destination?.ToAddresses ?? [])];
  if (addresses.length < 2 || addresses.some((address) => !/[^\s@<]@[^\s@]/.test(address)))
    return answer(response, 400, { message: 'Missing final @domain' }, { 'x-amzn-errortype': 'BadRequestException' });
  return answer(response, 200, { MessageId: randomUUID() });
}

/** A web page cannot sign, and cannot send this header to another origin without a CORS preflight, which is refused. */
const isSigned = ({ headers }: IncomingMessage) => headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true;

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request);
  if (typeof body === 'string' || body.bytes === null) return undefined;
  try {
    return JSON.parse(String(body.bytes));
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  const body = JSON.stringify(value ?? null);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
