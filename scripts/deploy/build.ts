/** What is deployed: built here, uploaded by SAM, named by the revision of git that it was made from. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { samFault } from '#local/sam/sam-cli.ts';
import { Failure, Misuse } from '../command-line.ts';
import { refreshStageCosts } from '../finops/stage-costs.ts';
import { root } from '../function-files.ts';
import { filesBelow } from './artifacts.ts';

const run = promisify(execFile);

/** @throws Misuse where the SAM CLI is missing */
export async function checkTools(): Promise<void> {
  const fault = await samFault();
  if (fault !== null) throw new Misuse(fault);
}

/** Builds functions and SPA, with what the stages cost as they are configured now. @param env variables for the SPA's build. @throws Failure with the build's own words */
export async function build(env: Record<string, string>): Promise<void> {
  refreshStageCosts();
  await run(process.execPath, [join(root, 'scripts/build.ts')], { cwd: root, env: { ...process.env, ...env } }).catch(
    (error: { stdout?: string; stderr?: string }) => {
      throw new Failure(`The build failed:\n${`${error.stdout ?? ''}${error.stderr ?? ''}`.trim()}`);
    },
  );
}

/**
 * Uploads the code of every function, under names made of its content, and gives the template that names them.
 * The same bundles make the same template, byte by byte: that is how a deploy with nothing new is known.
 */
export async function packageApp(bucket: string, region: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-package-'));
  const output = join(folder, 'app.yaml');
  const args = [
    'package',
    '--template',
    'template.yaml',
    '--s3-bucket',
    bucket,
    '--s3-prefix',
    'code',
    '--region',
    region,
    '--output-template-file',
    output,
  ];
  try {
    await run('sam', args, {
      cwd: root,
      env: { ...process.env, SAM_CLI_TELEMETRY: '0' },
      maxBuffer: 64 * 1024 * 1024,
    });
    return readFileSync(output, 'utf8');
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const lines = stderr
      .trim()
      .split(/[\r\n]+/)
      .filter((line) => !line.includes('Uploading to'));
    throw new Failure(`The code could not be uploaded: ${lines.slice(-2).join(' ') || message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a version is made of. */
const sources = ['functions', 'platform', 'web', 'db', 'infra', 'docs/openapi.yaml', 'scripts', 'template.yaml', 'package-lock.json'];

function sourceHash(): string {
  const hash = createHash('sha256');
  for (const name of sources) {
    const path = join(root, name);
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory() ? filesBelow(path) : { '': readFileSync(path) };
    for (const [file, contents] of Object.entries(files)) hash.update(`${name}/${file}`).update(contents);
  }
  return hash.digest('hex').slice(0, 8);
}

/**
 * The revision of git, with a hash of the sources where they differ from it; without git, the package's version and that hash.
 * @param git runs git in the repository; throws where there is none
 */
export async function versionOf(git: (...args: string[]) => Promise<string> = gitHere): Promise<string> {
  try {
    const revision = await git('rev-parse', '--short=10', 'HEAD');
    return (await git('status', '--porcelain', '--', ...sources)) === '' ? revision : `${revision}-${sourceHash()}`;
  } catch {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return `${version}-${sourceHash()}`;
  }
}

const gitHere = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: root })).stdout.trim();
