/**
 * The built SPA, as CloudFront and S3 serve it: hashed assets for ever, everything else revalidated; compressed once and
 * kept. A path that names no file gets index.html, for the SPA has routes of its own.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
  '.yaml': 'application/yaml',
};
const compressible = /^text\/|json|xml|javascript|wasm|yaml/;

interface File {
  version: string;
  type: string;
  etag: string;
  cacheControl: string;
  plain: Buffer;
  br?: Buffer;
  gzip?: Buffer;
}

export type StaticHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

/** Serves the files below `folder`; where nothing is built, an answer says what to run. */
export function serveStatic(folder: string): StaticHandler {
  const cache = new Map<string, File>();

  async function load(path: string): Promise<File | null> {
    const name = safeName(folder, path);
    if (name === null) return null;
    const stats = await stat(name).catch(() => null);
    if (stats === null || !stats.isFile()) return null;
    const version = `${stats.mtimeMs}-${stats.size}`;
    const known = cache.get(name);
    if (known?.version === version) return known;
    const file = await prepare(name, version, path);
    cache.set(name, file);
    return file;
  }

  return async (request, response, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plainAnswer(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
    const file = path.endsWith('/') ? await load(`${path}index.html`) : await load(path);
    if (file !== null) return send(request, response, file);
    if (!path.endsWith('/') && (await load(`${path}/index.html`)) !== null)
      return plainAnswer(response, 301, '', { location: `${encodeURI(path)}/` });
    const isDocs = path === '/docs' || path.startsWith('/docs/');
    const spa = isDocs ? null : await load('/index.html');
    if (spa !== null) return send(request, response, spa);
    return plainAnswer(response, 404, isDocs ? 'Not Found' : 'The web application is not built yet: run npm run build:web');
  };
}

/** The file's full name, or null for a path that leaves the folder or has bytes that no file name holds. */
function safeName(folder: string, path: string): string | null {
  if (path.includes('\0') || path.includes('\\')) return null;
  const name = normalize(join(folder, path));
  return name.startsWith(folder + sep) ? name : null;
}

async function prepare(name: string, version: string, path: string): Promise<File> {
  const plain = await readFile(name);
  const type = types[extname(name).toLowerCase()] ?? 'application/octet-stream';
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  const cacheControl = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  const file: File = { version, type, etag, cacheControl, plain };
  if (plain.length < 1_000 || !compressible.test(type)) return file;
  const brotli = promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  const [br, gz] = await Promise.all([brotli, promisify(gzip)(plain)]);
  return { ...file, br, gzip: gz };
}

function send(request: IncomingMessage, response: ServerResponse, file: File): void {
  const { type, etag, cacheControl } = file;
  const headers: Record<string, string | number> = {
    'cache-control': cacheControl,
    etag,
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
  };
  if (request.headers['if-none-match']?.replaceAll('W/', '').split(/, */).includes(etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = file.br && /\bbr\b/.test(accepted) ? 'br' : file.gzip && /\bgzip\b/.test(accepted) ? 'gzip' : null;
  const body = encoding === null ? file.plain : (file[encoding] as Buffer);
  if (encoding !== null) headers['content-encoding'] = encoding;
  response.writeHead(200, { ...headers, 'content-type': type, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function plainAnswer(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}
