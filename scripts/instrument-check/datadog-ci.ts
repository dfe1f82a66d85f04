/** Datadog's own command, the one that Remote Instrumentation runs inside its instrumenter. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The line of versions that the instrumenter is on (its package.json has 3.18). */
const pins = { '@datadog/datadog-ci': '3.22.2', '@datadog/datadog-ci-plugin-lambda': '3.22.2' };

/** Versions of Datadog's layers; nothing here loads them. */
export const layerVersions = { node: '143', extension: '100' };

/** Installs it once, outside of the repository: it brings 275 MB that nothing else needs. @returns its program */
export function installDatadogCi(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kelvo', `datadog-ci-${Object.values(pins).join('-')}`);
  const done = join(cache, 'done');
  if (!existsSync(done)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{"private":true}\n');
    const packages = Object.entries(pins).map(([name, version]) => `${name}@${version}`);
    const options = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--loglevel', 'error'];
    execFileSync('npm', ['install', ...options, ...packages], { stdio: ['ignore', 'ignore', 'inherit'], cwd: cache });
    writeFileSync(done, '');
  }
  return join(cache, 'node_modules/.bin/datadog-ci');
}

/**
 * Instruments functions with the options that the instrumenter passes.
 * @param endpoint Lambda's
 * @throws Error with what the command says
 */
export async function instrument(program: string, functionArns: string[], endpoint: string): Promise<void> {
  const args = [
    ...['lambda', 'instrument', ...functionArns.flatMap((arn) => ['-f', arn])],
    ...['-v', layerVersions.node, '-e', layerVersions.extension, '--tracing', 'true', '--logging', 'true'],
    '--no-source-code-integration', // which asks git, and sends what it finds to Datadog
  ];
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATADOG_API_KEY: 'a-key-that-opens-nothing',
    DATADOG_SITE: 'datadoghq.com',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    AWS_ENDPOINT_URL: endpoint,
  };
  await promisify(execFile)(process.execPath, [program, ...args], { env, timeout: 180_000, maxBuffer: 1 << 26 }).catch(
    ({ stdout = '', stderr = '' }: { stdout?: string; stderr?: string }) => {
      throw new Error(`datadog-ci failed:\n${stdout}\n${stderr}`);
    },
  );
}
