/** Answers of the pages that only this machine sees: the mailbox and the traces. */
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

const nothing = "default-src 'none'";
/** A page runs its own scripts and asks its own origin; nothing else. Its icon is an empty `data:` URL, so that none is asked for. */
const policies = {
  nothing,
  page: `${nothing}; script-src 'self'; img-src data:; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  /** A mail runs no script and is of no origin, whatever is written in it; its links open in tabs of their own. */
  mail: `${nothing}; img-src http: https: data:; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'`,
} as const;

export interface Sending {
  /** With its charset, where it is another than UTF-8. */
  type: string;
  policy?: keyof typeof policies;
  headers?: Record<string, string>;
}

export function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  { type, policy = 'nothing', headers }: Sending,
): void {
  response.writeHead(status, {
    'content-type': type.includes(';') ? type : `${type};charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'content-security-policy': policies[policy],
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}

export const sendJson = (response: ServerResponse, value: object, status = 200, headers: Record<string, string> = {}): void =>
  send(response, status, JSON.stringify(value), { type: 'application/json', headers });

export const sendText = (response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void =>
  send(response, status, text, { type: 'text/plain', headers });

const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** Sends a file of the repository. @param file relative to `root`, never what somebody asked for */
export async function sendFile(response: ServerResponse, root: string, file: string): Promise<void> {
  const type = types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  send(response, 200, await readFile(join(root, file)), { type, policy: 'page' });
}
