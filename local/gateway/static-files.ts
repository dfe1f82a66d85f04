/**
 * The built SPA and the API's page, as CloudFront and S3 serve them: hashed assets may be kept for ever, everything else is
 * revalidated. A page's path answers index.html with 200; a path that names neither page nor file answers it with 404, and the
 * router in it shows the not-found page. No answer redirects.
 */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import compression from 'compression';
import sirv from 'sirv';
import { isPage } from '../../web/app/page-paths.ts';
import { docsHeaders, pageHeaders } from './page-headers.ts';

/** `path` is the request's path, decoded. */
export type StaticHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

/**
 * Serves the files below `folder`; where nothing is built, an answer says what to run.
 * @param headers of every answer outside of /docs
 */
export function serveStatic(folder: string, headers = pageHeaders()): StaticHandler {
  const [ofPages, ofDocs] = [headers, docsHeaders].map((each) => new Map(Object.entries(each)));
  // `dev`: sirv looks at the file system for each request, because a build may replace the files while this runs. The ETags are
  // weak, so one may stand for all encodings of a file.
  const files = sirv(folder, { dev: true, etag: true, extensions: [] });
  const compress = compression();

  return async (request, response, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
    const [rawPath = '/'] = (request.url as string).split('?');
    const isDocs = path === '/docs' || path.startsWith('/docs/');
    // Byte ranges are optional (RFC 9110, 14.2): sirv misreads some of them ("bytes=-5", "bytes=0-0"), and they do not go with compression.
    delete request.headers.range;
    response.setHeaders((isDocs ? ofDocs : ofPages) as Map<string, string>);
    response.setHeader('vary', 'Accept-Encoding');
    response.setHeader('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');

    const noFile = async () => {
      const page = isDocs ? null : await readFile(join(folder, 'index.html')).catch(() => null);
      if (page !== null) return sendPage(response, 404, page);
      return sendText(response, 404, isDocs ? 'Not Found' : 'The web application is not built yet: run npm run build:web');
    };
    if (isPage(rawPath)) request.url = '/index.html';
    else if (isDocs && /^\/docs\/?$/.test(rawPath)) request.url = '/docs/index.html';
    // sirv would serve a file to its path with a slash at the end, and files whose names begin with a dot.
    else if (path.endsWith('/') || path.includes('/.')) return noFile();
    await new Promise<void>((resolve, reject) => {
      response.on('close', resolve);
      compress(request, response, () => files(request, response, () => noFile().then(resolve, reject)));
    });
  };
}

/** Sends the SPA's HTML. */
export function sendPage(response: ServerResponse, status: 200 | 404, page: string | Buffer): void {
  const headers = { 'content-type': 'text/html;charset=utf-8', 'cache-control': 'no-cache', 'content-length': Buffer.byteLength(page) };
  response.writeHead(status, headers);
  response.end(page);
}

function sendText(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    'content-type': 'text/plain;charset=utf-8',
    'cache-control': 'no-cache',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
