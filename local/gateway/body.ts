import type { IncomingMessage } from 'node:http';

/** API Gateway's limit. */
export const bodyLimit = 10 * 1024 * 1024;

export type Body = { bytes: Buffer | null } | 'too large' | 'aborted';

const nothing: Body = { bytes: null };

/** Whether the request has a body: in HTTP/1.1 one of these headers announces it. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');

/** Reads a request's body. Above the limit it resolves with 'too large' and frees what was read. */
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

/** The most that is read of a body that nobody uses. */
const discardLimit = 100 * 1024 * 1024;
const silenceMs = 2_000;

/**
 * Reads and drops the rest of a body, so that the client can finish sending before it is answered: if the connection is closed
 * earlier, the client may see a connection reset instead of the answer. Stops waiting after 2 s without data, or 100 MB.
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
