import { Failure, type Stage } from '../command-line.ts';
import { describeStacks, publicUrlOf } from '../deploy/job.ts';
import { openJob } from '../deploy/open-job.ts';

/** A deployed stage's own address. @throws Failure where faults and traffic are not allowed */
export async function originOfStage(stage: Stage, signal: AbortSignal): Promise<string> {
  const job = await openJob(stage, undefined, signal, false);
  await describeStacks(job);
  const allowed = job.stacks.app?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'FaultsAllowed')?.ParameterValue;
  if (allowed !== 'true') throw new Failure(`${stage} allows no faults and no made-up shoppers: its parameter FaultsAllowed is not true.`);
  return publicUrlOf(job);
}
