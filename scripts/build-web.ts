// npm run build:web: the SPA and the API's page into dist/web.
import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root as repository } from './function-files.ts';

/** Builds the SPA, and the API's page beside it: Vite empties the folder first. */
export async function buildWeb(root = repository): Promise<void> {
  const { build } = await import('vite');
  await build({ root: join(root, 'web'), logLevel: 'warn' });
  copyApiDocs(root);
}

/** Puts Swagger UI, pinned in package.json and served by ourselves, and the page that starts it into dist/web/docs. */
export function copyApiDocs(root = repository): void {
  const docs = join(root, 'dist/web/docs');
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  mkdirSync(docs, { recursive: true });
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE']) cpSync(join(swagger, file), join(docs, file));
  cpSync(join(root, 'web/api-docs'), docs, { recursive: true });
}

if (import.meta.main) await buildWeb();
