import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { TaskAnswer } from '#functions/ops/lib/tasks.ts';
import { Failure, type Stage } from '../command-line.ts';
import type { Aws } from '../deploy/aws.ts';
import { nameSuffix } from '../deploy/job.ts';

/**
 * Lets a stage's function ops/run-task do something in the VPC.
 * @param call as functions/ops/lib/tasks.ts describes it
 * @throws Failure where it was not begun, failed, or is not allowed, with the reason
 */
export async function invokeTask(
  { lambda, region }: Pick<Aws, 'lambda' | 'region'>,
  stage: Stage,
  call: { task: string; input: Record<string, unknown> },
  signal: AbortSignal,
): Promise<TaskAnswer> {
  const name = `rumshop-ops-run-task${nameSuffix(stage)}`;
  const request = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(call) });
  const { Payload, FunctionError } = await lambda.send(request, { abortSignal: signal }).catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException') throw new Failure(`There is no function ${name} in ${region}: deploy the stage first.`);
    throw new Failure(`The task was not begun: ${error.message}`);
  });
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || '{}') as TaskAnswer & { errorMessage?: string };
  if (FunctionError) throw new Failure(`The task failed: ${answer.errorMessage ?? FunctionError}`);
  if (answer.outcome !== 'done') throw new Failure(answer.said);
  return answer;
}
