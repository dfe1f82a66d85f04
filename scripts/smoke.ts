// npm run smoke: whether a deployed stage works, as at the end of each deploy.
import { parseArgs } from 'node:util';
import { Failure, runCommand } from './command-line.ts';
import { describeStacks, publicUrlOf } from './deploy/job.ts';
import { openJob } from './deploy/open-job.ts';
import { smokeTest } from './deploy/smoke.ts';
import { outputsOf } from './deploy/stack.ts';

const help = `Usage: npm run smoke -- --stage dev|staging|prod

Asks a deployed stage for its health, products and pages, and buys something where it has demo data (in prod it only reads).

  --stage STAGE   the stage
  --config FILE   another file than config/<stage>.yaml
  --help          show this

Ends with 0; with 1 when the shop does not work, and what was wrong; with 2 when it was asked in a wrong way.`;

await runCommand(help, async (args, signal) => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { stage: text, config: text, help: { type: 'boolean' } }, strict: true });
  const job = await openJob(values.stage, values.config, signal, false);
  await describeStacks(job);
  const { app, edge } = job.stacks;
  const { Version: version } = outputsOf(app);
  if (version === undefined) throw new Failure(`${job.stage} is not deployed.`);
  const demo = app?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'DemoData')?.ParameterValue === 'true';
  await smokeTest(publicUrlOf(job), { version, hasSite: edge !== undefined, buys: demo && job.stage !== 'prod', signal, say: job.say });
});
