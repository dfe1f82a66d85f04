/** Builds before a start what is missing in dist/ or older than its sources; most starts find nothing to do. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalFunction } from './template.ts';

/** Everything that a bundle or the SPA can contain: contracts and rules of functions/ are in both. */
const shared = ['functions', 'package-lock.json'];
const functionSources = [...shared, 'platform', 'db', 'docs/openapi.yaml', 'scripts/build-functions.ts', 'scripts/function-files.ts'];
const webSources = [...shared, 'web', 'scripts/build-web.ts'];

/** Builds the functions when one of their bundles is stale. */
export async function buildStaleFunctions(
  root: string,
  functions: Pick<LocalFunction, 'codeUri'>[],
  say: (line: string) => void,
): Promise<void> {
  const oldest = Math.min(...functions.map(({ codeUri }) => changedAt(join(root, codeUri, 'index.js'))));
  if (newest(root, functionSources) <= oldest) return;
  say('building the functions');
  const { buildFunctions } = await import('../scripts/build-functions.ts');
  await buildFunctions();
}

/** Builds the SPA when it is stale. */
export async function buildStaleWeb(root: string, say: (line: string) => void): Promise<void> {
  if (!existsSync(join(root, 'web/index.html')) || newest(root, webSources) <= changedAt(join(root, 'dist/web/index.html'))) return;
  say('building the SPA');
  const { buildWeb } = await import('../scripts/build-web.ts');
  await buildWeb(root);
}

/** Puts the API's page into dist/web, where the gateway looks for it even when Vite serves the SPA. */
export async function copyDocs(root: string): Promise<void> {
  const { copyApiDocs } = await import('../scripts/build-web.ts');
  copyApiDocs(root);
}

/** When the newest of these files and folders changed; a deleted file shows in its folder's own time. */
export function newest(root: string, names: string[]): number {
  return Math.max(0, ...names.map((name) => newestBelow(join(root, name))));
}

function newestBelow(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const inside = readdirSync(path).filter((name) => name !== 'node_modules' && !name.startsWith('.'));
  return Math.max(stats.mtimeMs, ...inside.map((name) => newestBelow(join(path, name))));
}

const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
