import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/function-files.ts';

export { root };

/** The files of the repository, tracked or about to be, that exist: `functions/cart/add-item.ts`. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return [...new Set(listed.split('\0'))].filter((file) => file !== '' && existsSync(join(root, file))).sort();
}

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** TypeScript that runs in functions, tests left out. */
export const productionSources = (): string[] => repositoryFiles().filter((file) => /^(functions|platform)\/.*(?<!\.test)\.ts$/.test(file));
