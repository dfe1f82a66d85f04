import type { IncomingMessage } from 'node:http';

/** API Gateway takes 10 MB. */
export const bodyLimit = 10 * 1024 * 1024;

export type Body = { bytes: Buffer | null } | 'too large' | 'aborted';

const nothing: Body = { bytes: null };

/** Does the request announce a body? Without these headers HTTP/1.1 has none. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');

/** Reads a request's body; at the limit it gives up and drops what came before. */
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

/** How much of a body is read only to be dropped. */
const discardLimit = 100 * 1024 * 1024;
const silenceMs = 2_000;

/**
 * Reads what is left of a body and drops it: a client that is answered and hung up on while it still sends may see a reset
 * instead of the answer. Resolves early for a client that sends nothing for 2 s, or more than 100 MB.
 */
export function discardBody(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let size = 0;
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, silenceMs);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      timer.refresh();
      if (size <= discardLimit) return;
      request.pause();
      done();
    });
    request.on('end', done);
    request.on('close', done);
  });
}
