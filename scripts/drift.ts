// npm run drift: whether a deployed stage is still what its templates say.

import { parseArgs } from 'node:util';
import {
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  paginateDescribeStackResourceDrifts,
} from '@aws-sdk/client-cloudformation';
import { Failure, runCommand } from './command-line.ts';
import { driftLines, type ResourceDrift } from './deploy/drift.ts';
import { plainReason } from './deploy/failure-reason.ts';
import { contextOf, type Job } from './deploy/job.ts';
import { openJob } from './deploy/open-job.ts';
import { pause } from './deploy/pause.ts';
import { describe } from './deploy/stack.ts';
import { type Part, stackName } from './deploy/stacks.ts';

const help = `Usage: npm run drift -- --stage dev|staging|prod

Compares every resource of a stage with its template, as CloudFormation sees it, and names what somebody changed by hand. What Datadog's instrumenter
and AWS itself are supposed to change is left out. Changes nothing.

  --stage STAGE   the stage
  --config FILE   another file than config/<stage>.yaml
  --help          show this

Ends with 0 when nothing differs; with 1 when something does, or it could not be found out; with 2 when it was asked in a wrong way.`;

async function driftOf(job: Job, part: Part): Promise<string[]> {
  const StackName = stackName(part.part, job.stage);
  const context = contextOf(job, part);
  const stack = await describe(context, StackName);
  if (stack === undefined) return [`${StackName} is not deployed`];
  const { client, signal } = context;
  const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName }));
  for (let ms = 500; ; ms = Math.min(ms * 2, 5_000)) {
    const status = await client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
    if (status.DetectionStatus === 'DETECTION_COMPLETE') break;
    // Some of its resources could still be compared: what CloudFormation knows of them is worth saying.
    if (status.DetectionStatus === 'DETECTION_FAILED')
      job.say(`${StackName}: not everything could be compared: ${plainReason(status.DetectionStatusReason)}`);
    if (status.DetectionStatus !== 'DETECTION_IN_PROGRESS') break;
    await pause(ms, signal);
  }
  const found: ResourceDrift[] = [];
  const filters = { StackName, StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'] as ('MODIFIED' | 'DELETED')[] };
  for await (const { StackResourceDrifts = [] } of paginateDescribeStackResourceDrifts({ client }, filters))
    found.push(...StackResourceDrifts);
  const instrumentation = stack.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Instrumentation')?.ParameterValue;
  return driftLines(found, { isInstrumented: instrumentation === 'remote' }).map((line) => `${StackName}: ${line}`);
}

await runCommand(help, async (args, signal) => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { stage: text, config: text, help: { type: 'boolean' } }, strict: true });
  const job = await openJob(values.stage, values.config, signal, false);
  const lines = (await Promise.all(job.parts.map((part) => driftOf(job, part)))).flat();
  if (lines.length > 0)
    throw new Failure(`${lines.join('\n')}\nnpm run deploy -- --stage ${job.stage} brings back what the templates say.`);
  job.say(`Everything of ${job.stage} is as its templates say.`);
});
