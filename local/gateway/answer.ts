/** Turns a function's result into an HTTP answer, as API Gateway does for payload format 2.0. */
import type { ServerResponse } from 'node:http';

export type GatewayError = keyof typeof messages;

// API Gateway's own error messages: they cannot be configured, so they are no problem documents.
const messages = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** Answers as API Gateway does when no function gave an answer. */
export function sendGatewayError(response: ServerResponse, status: GatewayError): void {
  const body = JSON.stringify({ message: messages[status] });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

interface Structured {
  statusCode: number | string;
  headers?: Record<string, string | number | boolean | undefined>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/** Lambda's limit for a result. */
const answerLimit = 6 * 1024 * 1024;
/** Headers that the HTTP server sets itself; API Gateway ignores a function's values, too. */
const framing = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/**
 * Sends a function's result.
 * @returns why the result is not valid (API Gateway answers 500 then), or null
 */
export function sendResult(response: ServerResponse, result: unknown, requestId: string): string | null {
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = isStructured(result) ? result : inferred(result);
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return `its statusCode is ${JSON.stringify(statusCode)}`;
  if (typeof body !== 'string') return 'its body is no string';
  if (body.length > answerLimit) return 'its answer is larger than 6 MB';
  const sent: Record<string, string | number | string[]> = { 'apigw-requestid': requestId };
  let typed = false;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || value === null) continue;
    if (typeof value === 'object') return `its header ${name} is no string`;
    const lower = name.toLowerCase();
    if (framing.has(lower)) continue;
    typed ||= lower === 'content-type';
    sent[lower] = typeof value === 'boolean' ? String(value) : value;
  }
  if (cookies !== undefined && cookies.length > 0) sent['set-cookie'] = cookies;
  const bytes = isBase64Encoded === true ? Buffer.from(body, 'base64') : body;
  if (status !== 204 && status !== 304) {
    if (!typed) sent['content-type'] = 'text/plain;charset=UTF-8';
    sent['content-length'] = Buffer.byteLength(bytes);
  }
  response.writeHead(status, sent);
  response.end(bytes);
  return null;
}

const isStructured = (result: unknown): result is Structured =>
  typeof result === 'object' && result !== null && (result as Structured).statusCode !== undefined;

/** A result without a status code is the body: API Gateway answers it as 200 with JSON. */
const inferred = (result: unknown): Structured => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: typeof result === 'string' ? result : (JSON.stringify(result) ?? 'null'),
});
