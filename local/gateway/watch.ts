/** `npm run dev`: Vite's development server in place of the built SPA, and functions rebuilt as they are edited. */
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { isPage } from '../../web/app/page-paths.ts';
import { type StaticHandler, sendPage } from './static-files.ts';

/** Vite on the gateway's own port, hot reload included. */
export async function serveVite(root: string, server: Server): Promise<StaticHandler & { close(): Promise<void> }> {
  const { createServer } = await import('vite');
  const vite = await createServer({
    root: join(root, 'web'),
    appType: 'custom', // 'spa' would answer every path with 200
    server: { middlewareMode: true, ws: { server } },
    clearScreen: false,
    logLevel: 'warn',
  });
  const index = join(root, 'web/index.html');
  const serve: StaticHandler = (request, response) => {
    const url = request.url as string;
    const servePage = async () => {
      const page = await vite.transformIndexHtml(url, await readFile(index, 'utf8'));
      sendPage(response, isPage(url.split('?')[0] as string) ? 200 : 404, page);
    };
    return new Promise((resolve, reject) => {
      response.on('close', resolve);
      vite.middlewares(request, response, () => servePage().then(resolve, reject));
    });
  };
  return Object.assign(serve, { close: () => vite.close() });
}

/** Rebuilds functions on change and makes the gateway reload them. Returns a function that stops it. */
export async function watchBundles(forget: (logicalIds: string[]) => void, say: (line: string) => void): Promise<() => Promise<void>> {
  const { watchFunctions } = await import('../../scripts/build-functions.ts');
  const built = new Set<string>();
  return watchFunctions((logicalIds) => {
    forget(logicalIds);
    // The first build of each bundle is not reported.
    const changed = logicalIds.filter((id) => built.has(id));
    for (const id of logicalIds) built.add(id);
    if (changed.length > 0) say(`rebuilt ${changed.join(', ')}`);
  });
}
