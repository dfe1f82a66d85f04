import type { IncomingMessage } from 'node:http';

/** API Gateway takes 10 MB. */
export const bodyLimit = 10 * 1024 * 1024;

export type Body = { bytes: Buffer | null } | 'too large' | 'aborted';

const nothing: Body = { bytes: null };

/** Does the request announce a body? Without these headers HTTP/1.1 has none. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');

/** Reads a request's body, and gives up at the limit without keeping what came before it. */
export function readBody(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers['content-length']) > bodyLimit) return Promise.resolve('too large');
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimit) chunks.push(chunk);
      else {
        chunks = [];
        resolve('too large');
      }
    });
    request.on('end', () => resolve(size === 0 ? nothing : { bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) }));
    request.on('close', () => resolve('aborted'));
  });
}

/** After an answer that came before the body's end: lets the client finish sending for a moment, so that it reads the answer, then hangs up. */
export function drain(request: IncomingMessage, limitMs = 2_000): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.destroy(), limitMs);
  request.on('close', () => clearTimeout(timer));
  request.resume();
}
