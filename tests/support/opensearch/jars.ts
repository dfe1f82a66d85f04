// What a local OpenSearch node is made of: its jars, which Maven fetches once a machine and version, and our compiled Node.java.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Java's class path of the node; or, in one line, why there can be none. */
export type NodeJars = { classPath: string } | { missing: string };

const here = import.meta.dirname;
/** Java 17 or later: OpenSearch 2.19 runs on no older one. */
const oldest = 17;

/** Fetches and compiles what is not there yet: half a minute the first time, nothing afterwards. */
export function nodeJars(): NodeJars {
  const java = javaVersion();
  if (java === undefined || java < oldest)
    return { missing: `there is ${java === undefined ? 'no Java' : `Java ${java}`}, it takes ${oldest} or later` };
  const parts = ['pom.xml', 'Node.java'].map((file) => readFileSync(join(here, file)));
  const made = createHash('sha256').update(Buffer.concat(parts)).digest('hex').slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kelvo');
  const folder = join(cache, `opensearch-${made}`);
  const classPath = [join(folder, 'lib', '*'), join(folder, 'classes')].join(process.platform === 'win32' ? ';' : ':');
  if (existsSync(folder)) return { classPath };
  mkdirSync(cache, { recursive: true });
  // Made beside it and renamed, so that what is there is whole, also when two do this at once.
  const making = mkdtempSync(join(cache, 'opensearch-making-'));
  try {
    const lib = join(making, 'lib');
    const fetched = run(
      'mvn',
      '--batch-mode',
      '--quiet',
      '-f',
      join(here, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${lib}`,
    );
    if (fetched !== 'done') return { missing: `Maven (mvn) ${fetched}` };
    const compiled = run('javac', '-cp', join(lib, '*'), '-d', join(making, 'classes'), join(here, 'Node.java'));
    if (compiled !== 'done') return { missing: `a JDK's compiler (javac) ${compiled}` };
    if (!existsSync(folder)) renameSync(making, folder);
    return { classPath };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function javaVersion(): number | undefined {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = error ? undefined : /version "(\d+)/.exec(stderr)?.[1];
  return version === undefined ? undefined : Number(version);
}

/** @returns `done`, or what is wrong: `is missing`, or its last line */
function run(command: string, ...args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000 });
  if (error) return 'code' in error && error.code === 'ENOENT' ? 'is missing' : `failed: ${error.message}`;
  return status === 0
    ? 'done'
    : `failed: ${
        `${stdout}\n${stderr}`
          .trim()
          .split('\n')
          .find((line) => /error/i.test(line)) ?? `it ended with ${status}`
      }`;
}
