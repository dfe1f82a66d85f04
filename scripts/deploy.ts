// npm run deploy: brings a stage to what this folder and the stage's configuration file say.
import { parseArgs } from 'node:util';
import { checkConfirm, Misuse, readStage, runCommand } from './command-line.ts';
import { checkTools } from './deploy/build.ts';
import { deployStage } from './deploy/deploy-stage.ts';
import { openJob } from './deploy/open-job.ts';

const help = `Usage: npm run deploy -- --stage dev|staging|prod

Says what it will do and what the stage costs a month, asks, then builds, makes the stage's keys where there are none, deploys its stacks in
their order, uploads the SPA, and looks whether the shop works. Stopped, or failed, it carries on when it is started again.

  --stage STAGE     config/<stage>.yaml says what the stage is made of (docs/configuration.md)
  --dry-run         only say what it would do
  --yes             do not ask; prod asks all the same
  --confirm STAGE   the answer to the question, for a pipeline: --confirm prod
  --ignore-alarms   alarms that fire do not take it back: for what mends a shop that is broken now
  --version NAME    what the version is called; default is git's revision
  --config FILE     another file than config/<stage>.yaml
  --help            show this

Ends with 0; with 1 when it did not work; with 2 when it was asked in a wrong way, or the account cannot be reached; with 130 after Ctrl-C.`;

await runCommand(help, async (args, signal) => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    stage: text,
    'dry-run': flag,
    yes: flag,
    confirm: text,
    version: text,
    config: text,
    'ignore-alarms': flag,
    help: flag,
  };
  const { values } = parseArgs({ args, options, strict: true });
  checkConfirm(values);
  if (values.version !== undefined && !/^[\w.-]{1,64}$/.test(values.version))
    throw new Misuse('--version is 1 to 64 letters, digits, dots, dashes and underscores.');
  readStage(values.stage);
  await checkTools();
  const job = await openJob(values.stage, values.config, signal);
  job.heedsAlarms = !values['ignore-alarms'];
  const { yes, confirm, version } = values;
  await deployStage(job, { yes, confirm, version, dryRun: values['dry-run'], env: process.env });
});
