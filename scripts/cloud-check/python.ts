/** The Python tools of .ci/: an environment for each under the cache, as .ci/run makes them, and the same ones. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../function-files.ts';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kelvo-ci');

/** Why Python's tools cannot be installed here, or null. */
export function pythonFault(): string | null {
  try {
    execFileSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'python3 with venv is missing (sudo apt-get install python3 python3-venv)';
  }
}

/**
 * The folder with a tool's commands, installed where it is not there yet (some 20 s, once).
 * @param name of .ci/requirements-<name>.txt
 */
export function pythonTool(name: 'cloud' | 'sam'): string {
  const requirements = join(root, `.ci/requirements-${name}.txt`);
  const sum = execFileSync('sh', ['-c', 'cksum <"$1"', 'sh', requirements], { encoding: 'utf8' }).split(' ')[0];
  const home = join(cache, `${name}-${sum}`);
  if (!existsSync(join(home, 'complete'))) {
    rmSync(home, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', home], { stdio: ['ignore', 'ignore', 'inherit'] });
    execFileSync(join(home, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', '-r', requirements], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(join(home, 'complete'), '');
  }
  return join(home, 'bin');
}
