/** The SAM command line: whether it is there, and how it is called for functions that stand on services of this machine. */
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Outcome } from '../replay/answer.ts';
import { architecture, type Reach } from './docker.ts';

const run = promisify(execFile);

/** What is missing, in one sentence; null when sam can be used. */
export async function samFault(): Promise<string | null> {
  try {
    await run('sam', ['--version'], { env: samEnvironment });
    return null;
  } catch {
    return 'The SAM CLI is missing: pip install aws-sam-cli, or see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html';
  }
}

/** The shell's variables are left out: they would override values that the environment file does not set. */
export const samEnvironment = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ...(process.env.DOCKER_HOST !== undefined && { DOCKER_HOST: process.env.DOCKER_HOST }),
  ...(process.env.HTTPS_PROXY !== undefined && { HTTPS_PROXY: process.env.HTTPS_PROXY }),
  AWS_DEFAULT_REGION: 'us-east-1',
  // No credentials: with them, sam asks AWS whose they are at every start, which takes 9 s without a network.
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  SAM_CLI_TELEMETRY: '0',
};

export interface SamSettings {
  root: string;
  reach: Reach;
  /** Every variable of the template, with its value inside a container. */
  envFile: string;
  skipPull: boolean;
}

/** The arguments that `sam local invoke` and `sam local start-api` share. */
export function samArguments({ root, reach, envFile, skipPull }: SamSettings): string[] {
  const { network, host } = reach;
  return [
    ...['--template', join(root, 'template.yaml')],
    ...['--parameter-overrides', `Stage=local NameSuffix=-local DemoData=true Architecture=${architecture}`],
    ...['--env-vars', envFile],
    ...(network === undefined ? [] : ['--add-host', `${host}:${network.address}`]),
    ...(skipPull ? ['--skip-pull-image'] : []),
  ];
}

/** Variables with the address of a service of this machine. */
const services = [
  ...['DATABASE_URL', 'DATABASE_ADMIN_URL', 'DATABASE_CONTROL_URL', 'REDIS_URL', 'REDIS_CONTROL_URL'],
  ...['EVENT_BUS_ENDPOINT', 'SQS_ENDPOINT'],
];

/** Writes the containers' variables, with the host name by which they reach services of this machine. */
export function writeEnvFile(file: string, env: Record<string, string>, { host, address }: Reach): void {
  const inside = Object.entries(env).map(([name, value]) => {
    if (!services.includes(name) || value === '') return [name, value];
    const url = new URL(value);
    if (['127.0.0.1', 'localhost', address].includes(url.hostname)) url.hostname = host;
    return [name, url.href];
  });
  writeFileSync(file, JSON.stringify({ Parameters: Object.fromEntries(inside) }, null, 2), { mode: 0o600 });
}

const invokeLimitMs = 90_000;

/** Runs a function in a container of its own: `sam local invoke <function> -e -`. @throws Error when it gave no result */
export async function samInvoke(logicalId: string, event: unknown, settings: SamSettings): Promise<Outcome> {
  const { stdout, stderr } = await fed(
    'sam',
    ['local', 'invoke', logicalId, '--event', '-', ...samArguments(settings)],
    JSON.stringify(event),
  );
  // The function's own lines go to stderr; what it returned is the last line of stdout.
  try {
    return outcomeOf(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch {
    throw new Error(`sam local invoke ${logicalId} gave no result: ${stderr.trim().split('\n').slice(-4).join(' | ')}`);
  }
}

function outcomeOf(result: unknown): Outcome {
  const { errorType, errorMessage } = (result ?? {}) as { errorType?: string; errorMessage?: string };
  return errorType !== undefined && errorMessage !== undefined ? { threw: errorMessage } : { returned: result };
}

function fed(command: string, args: string[], input: string): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(command, args, { env: samEnvironment, stdio: 'pipe', timeout: invokeLimitMs });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve({ stdout, stderr }));
  });
}
