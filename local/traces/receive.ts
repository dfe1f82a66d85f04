/** POST /_local/otlp/v1/traces: a receiver of OTLP over HTTP, in JSON. https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#otlphttp */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { bodyLimit, discardBody, readBody } from '../gateway/body.ts';
import { type Export, NotAnExport, readExport } from './otlp.ts';

const unzip = promisify(gunzip);

/**
 * Answers an export: 200 with `{}`, or with `partialSuccess` where spans were left out; else a Status {message}, by whose HTTP status the
 * exporter knows that another try is of no use.
 * @param take keeps the spans; gives how many it left out, and why
 */
export async function receiveTraces(
  request: IncomingMessage,
  response: ServerResponse,
  take: (read: Export, batch: Buffer) => { left: number; why: string },
): Promise<void> {
  const refuse = async (status: number, message: string, headers: Record<string, string> = {}) => {
    await discardBody(request);
    answer(response, status, { message }, headers);
  };
  if (request.method !== 'POST') return refuse(405, 'Traces are sent with POST.', { allow: 'POST' });
  // No page of another origin can send this type without being asked first, which nobody answers (CSRF).
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    return refuse(415, 'Only OTLP/HTTP with JSON is taken: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json.');
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') return refuse(415, `The content encoding ${encoding} is not known, gzip is.`);
  const body = await readBody(request);
  if (body === 'aborted') return;
  const large = `A batch has ${bodyLimit} bytes at most.`;
  if (body === 'too large') return refuse(413, large);
  try {
    const bytes =
      (encoding === 'gzip' ? await unzip(body.bytes ?? Buffer.alloc(0), { maxOutputLength: bodyLimit }) : body.bytes) ?? Buffer.alloc(0);
    const read = readExport(bytes);
    const { left, why } = take(read, bytes);
    const rejected = read.rejected + left;
    if (rejected === 0) return answer(response, 200, {});
    // An int64, which protobuf's JSON has as a string.
    return answer(response, 200, { partialSuccess: { rejectedSpans: String(rejected), errorMessage: read.reason ?? why } });
  } catch (error) {
    if (error instanceof NotAnExport) return answer(response, 400, { message: `This is no ExportTraceServiceRequest: ${error.message}.` });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return answer(response, 413, { message: large });
    if (code?.startsWith('Z_')) return answer(response, 400, { message: 'The body is no gzip.' });
    throw error;
  }
}

function answer(response: ServerResponse, status: number, value: object, headers: Record<string, string> = {}): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
