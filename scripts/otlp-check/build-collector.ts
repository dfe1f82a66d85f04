import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const source = join(import.meta.dirname, 'collector');

/** The first time it compiles 300 packages: a minute on an idle machine of two cores, several on a busy one. */
const limitMs = 10 * 60_000;

/** The check cannot run here, for a reason that is not the shop's. */
export class CannotRun extends Error {}

/**
 * The collector's program: built once for each version of its sources, and kept.
 * @throws CannotRun
 */
export async function buildCollector(say: (line: string) => void): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kelvo');
  const hash = createHash('sha256');
  for (const file of readdirSync(source).sort()) hash.update(readFileSync(join(source, file)));
  const program = join(cache, `otlp-collector-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  await run('go', ['version']).catch(() => {
    throw new CannotRun('it needs Go 1.25 or later, which builds the collector (https://go.dev/dl)');
  });
  say('building the collector, once');
  mkdirSync(cache, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const options = { cwd: source, timeout: limitMs, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=readonly' } };
  await run('go', ['build', '-ldflags=-s -w', '-o', unfinished, '.'], options).catch(({ stderr, killed }) => {
    throw new CannotRun(
      killed ? 'the collector was not built within ten minutes' : `the collector cannot be built: ${String(stderr).slice(-400)}`,
    );
  });
  renameSync(unfinished, program);
  return program;
}
