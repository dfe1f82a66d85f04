/** The catalog and people of a demo shop. A laptop does not reach the database: the stage's own function writes them. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { Failure } from '../command-line.ts';
import { type Job, knownParameters, nameSuffix } from './job.ts';

/** Seeds a stage with DemoData. Safe to repeat: what is there stays as it is. @throws Failure with what the function says */
export async function seedDemoData(job: Job): Promise<void> {
  const { aws, stage, release } = job;
  if (knownParameters(job).DemoData !== 'true' || !release?.app.text.includes('ops-run-task')) return;
  const answer = await aws.lambda.send(
    new InvokeCommand({ FunctionName: `rumshop-ops-run-task${nameSuffix(stage)}`, Payload: JSON.stringify({ task: 'seed' }) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined) {
    const { errorMessage = text } = JSON.parse(text) as { errorMessage?: string };
    throw new Failure(`The demo shop got no catalog: ${errorMessage}`);
  }
  job.say('The demo shop has its catalog.');
}
