/** SAM's transform, in the Python that the SAM CLI brings along. */
import { spawn } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import type { Tree } from '#local/template-values.ts';
import type { SamTemplate } from '../app-template/with-canaries.ts';

/** A template as CloudFormation takes it. */
export interface CloudFormation {
  Parameters: Tree;
  Conditions: Tree;
  Outputs?: Tree;
  Mappings?: Tree;
  Resources: Record<string, { Type: string; Condition?: string; Properties?: Tree }>;
}

export interface Deploy {
  template: SamTemplate;
  parameters: Record<string, string>;
}

/** The Python that `sam` itself runs by, as its first line names it; undefined where there is no SAM CLI. */
export function pythonOfSam(path = process.env.PATH ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    try {
      const [, python] = /^#!(\S+)/.exec(readFileSync(realpathSync(join(folder, 'sam')), 'utf8')) ?? [];
      if (python !== undefined) return python;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** @throws Error with what SAM refuses in the first template that it does not take */
export async function transformAll(python: string, deploys: Deploy[]): Promise<CloudFormation[]> {
  const child = spawn(python, [join(import.meta.dirname, 'transform.py')], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  child.stdin.on('error', () => undefined); // it ended before it read everything: what it says about that follows
  child.stdin.end(JSON.stringify(deploys));
  const [answers, said, code] = await Promise.all([json(child.stdout).catch(() => undefined), text(child.stderr), ended]);
  if (code !== 0 || !Array.isArray(answers)) throw new Error(`SAM's transform ended with ${code}: ${said.trim().split('\n').at(-1)}`);
  const refused = answers.find((answer): answer is { error: string } => 'error' in answer);
  if (refused) throw new Error(`SAM refuses the template: ${refused.error}`);
  return answers as CloudFormation[];
}
