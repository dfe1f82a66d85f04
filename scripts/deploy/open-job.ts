import { readStage, type Stage } from '../command-line.ts';
import { connect, regionOf } from './aws.ts';
import type { Job } from './job.ts';
import { readSecrets } from './secret-store.ts';
import { describe, outputsOf } from './stack.ts';
import { bootstrapStack, partsHere, partsOf } from './stacks.ts';
import { readStageFile } from './stage-file.ts';
import { readTemplate } from './template-file.ts';

/**
 * Everything that a command for a stage begins with: configuration checked, account reached, secret read.
 * @param given another configuration file than the stage's own
 * @param needsSecrets false for what only looks or deletes: it neither reads the secret nor takes back one that is about to be deleted
 * @throws Misuse where configuration, region or credentials are missing or wrong
 */
export async function openJob(
  named: string | undefined,
  given: string | undefined,
  signal: AbortSignal,
  needsSecrets = true,
): Promise<Job> {
  const stage: Stage = readStage(named);
  const all = partsHere();
  const templates = Object.fromEntries(all.map(({ part, template }) => [part, readTemplate(template)]));
  const file = readStageFile(stage, Object.values(templates), given);
  const aws = await connect(regionOf(file.region, process.env), file.account);
  const parts = partsOf(all, file.parameters);
  const say = (line: string) => console.log(line);
  const secrets = needsSecrets ? await readSecrets(aws.secrets, stage, say) : undefined;
  const bootstrap = outputsOf(await describe({ client: aws.cloudformation(), signal, say }, bootstrapStack));
  return { stage, aws, bootstrap, file, parts, templates, stacks: {}, release: undefined, heedsAlarms: true, secrets, signal, say };
}
