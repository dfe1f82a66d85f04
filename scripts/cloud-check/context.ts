/** What the steps of the check share: the emulator, a copy of the repository to deploy from, and the stages that stand. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { root } from '../function-files.ts';
import { type Aws, textsIn } from './aws.ts';
import type { Emulator } from './emulator.ts';
import { pythonTool } from './python.ts';

export type StageName = 'dev' | 'staging';

export interface Context {
  emulator: Emulator;
  aws: Aws;
  /** A copy of the repository: what is broken on purpose is broken there, and its build does not touch this one's. */
  clone: string;
  say: (line: string) => void;
  /** Ctrl-C: whatever takes long looks at it. */
  stopped: AbortSignal;
  /** Parameters of each stage, as its configuration file has them. A step may change them. */
  parameters: Record<StageName, Record<string, string | number | boolean>>;
}

export interface Ran {
  code: number | null;
  output: string;
}

/** What differs from the stage's own file in config/: everything else is deployed as it would be to AWS. */
export const parametersFor = (emulator: Emulator, stage: StageName) => ({
  DemoData: stage === 'dev',
  FaultsAllowed: stage === 'dev',
  LogRetentionDays: 7,
  // Functions run on this machine's processor; the template's is arm64.
  Architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
  AwsEndpoint: emulator.url,
  AdminMail: 'admin@rumshop.com',
  // 250 requests a second come from one address here.
  RateLimitPerMinute: 1_000_000,
  AccountRateLimitPerMinute: 1_000_000,
});

const leftOut = new Set(['node_modules', 'dist', '.git', '.local', 'test-results']);

/** Copies the repository as it stands, without what is installed, built or kept. */
export function cloneRepository(): string {
  const clone = mkdtempSync(join(tmpdir(), 'kelvo-clone-'));
  for (const name of readdirSync(root).filter((each) => !leftOut.has(each)))
    cpSync(join(root, name), join(clone, name), { recursive: true, verbatimSymlinks: true });
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

export const removeClone = (clone: string) => rmSync(clone, { recursive: true, force: true });

/** Writes the stage's configuration file and returns its path. */
function configurationFile({ clone, parameters }: Context, stage: StageName): string {
  const folder = join(clone, '.cloud-check');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${stage}.yaml`);
  writeFileSync(file, stringify({ region: 'us-east-1', rollbackMonitoringMinutes: 0, parameters: parameters[stage] }));
  return file;
}

let child: ReturnType<typeof spawn> | undefined;

/** Ends the command under way, if one is, with what it started. */
export function interruptCommand(): void {
  if (child?.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
}

/**
 * Runs a command in the clone as somebody with an AWS account would, only that the account is the emulator's.
 * @param heard is told all that the command has written whenever there is more; `interrupt` does what Ctrl-C at a terminal does
 */
export function run(
  { emulator, clone }: Pick<Context, 'emulator' | 'clone'>,
  command: string,
  args: string[],
  env: Record<string, string> = {},
  heard: (output: string, interrupt: () => void) => void = () => undefined,
): Promise<Ran> {
  const path = [dirname(process.execPath), pythonTool('sam'), process.env.PATH].join(delimiter);
  const own = { PATH: path, HOME: clone, TMPDIR: tmpdir(), CI: 'true', ...emulator.variables, ...env };
  return new Promise((resolve, reject) => {
    const running = spawn(command, args, { cwd: clone, env: own, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child = running;
    let output = '';
    const interrupt = () => void (running.pid !== undefined && process.kill(-running.pid, 'SIGINT'));
    for (const stream of [running.stdout, running.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
        heard(output, interrupt);
      });
    running.once('error', reject);
    running.once('close', (code) => {
      child = undefined;
      resolve({ code, output });
    });
  });
}

const lastOf = (output: string) => output.trimEnd().split('\n').slice(-12).join('\n');

/** The command line of one of the repository's own scripts for a stage, after `node`. */
export const scriptLine = (context: Context, name: string, stage: StageName, args: string[]): string[] => [
  join(context.clone, `scripts/${name}.ts`),
  ...['--stage', stage, '--config', configurationFile(context, stage), ...args],
];

/** Runs one of the repository's own scripts on a stage: `deploy`, `destroy`, `rollback`. @throws Error with its last lines, where it ends otherwise than expected */
export async function script(context: Context, name: string, stage: StageName, args: string[], { fails = false } = {}): Promise<string> {
  const { code, output } = await run(context, process.execPath, scriptLine(context, name, stage, args));
  if ((code !== 0) !== fails)
    throw new Error(`npm run ${name} -- --stage ${stage} ${args.join(' ')} ended with ${code}:\n${lastOf(output)}`);
  return output;
}

export const deploy = (context: Context, stage: StageName, version: string, options?: { fails: boolean }) =>
  script(context, 'deploy', stage, ['--yes', '--version', version], options);

/** The outputs of a stack by name. */
export async function outputsOf(aws: Aws, stack: string): Promise<Record<string, string>> {
  const xml = await aws.query('cloudformation', 'DescribeStacks', { StackName: stack });
  const values = textsIn(xml, 'OutputValue');
  return Object.fromEntries(textsIn(xml, 'OutputKey').map((key, i) => [key, values[i] ?? '']));
}

/** Physical ids of a stack's resources by logical id. */
export async function resourcesOf(aws: Aws, stack: string): Promise<{ id: string; physicalId: string; type: string }[]> {
  const xml = await aws.query('cloudformation', 'DescribeStackResources', { StackName: stack });
  const [ids, physical, types] = ['LogicalResourceId', 'PhysicalResourceId', 'ResourceType'].map((name) => textsIn(xml, name)) as [
    string[],
    string[],
    string[],
  ];
  return ids.map((id, i) => ({ id, physicalId: physical[i] ?? '', type: types[i] ?? '' }));
}

/** The stage's stacks that stand, with their state. */
export async function stacksOf(aws: Aws, stage: string): Promise<{ name: string; status: string }[]> {
  const xml = await aws.query('cloudformation', 'DescribeStacks');
  const statuses = textsIn(xml, 'StackStatus');
  return textsIn(xml, 'StackName')
    .map((name, i) => ({ name, status: statuses[i] ?? '' }))
    .filter(({ name, status }) => (name === `kelvo-${stage}` || name.startsWith(`kelvo-${stage}-`)) && status !== 'DELETE_COMPLETE');
}
