// npm run rollback: brings a version back that was deployed before.
import { parseArgs } from 'node:util';
import { checkConfirm, Failure, runCommand } from './command-line.ts';
import { versions } from './deploy/artifacts.ts';
import { deployStage } from './deploy/deploy-stage.ts';
import { artifactsOf, deployedVersion, describeStacks } from './deploy/job.ts';
import { openJob } from './deploy/open-job.ts';
import { formerRelease } from './deploy/release.ts';
import { chooseVersion, versionLines } from './deploy/version-list.ts';

const help = `Usage: npm run rollback -- --stage dev|staging|prod [--to VERSION]

Brings functions and SPA of an earlier version back, from the stage's artifacts bucket: neither its sources nor git are needed. The database's schema
stays as it is (a release runs on the schema of the next one), and so do keys, configuration and the other stacks. Alarms do not take it back.

  (without --to)    lists the versions that there are
  --stage STAGE     the stage
  --to VERSION      a version of the list, or the beginning of its name
  --dry-run         only say what it would do
  --yes             do not ask; prod asks all the same
  --confirm STAGE   the answer to the question, for a pipeline: --confirm prod
  --config FILE     another file than config/<stage>.yaml
  --help            show this

Ends with 0; with 1 when it did not work; with 2 when it was asked in a wrong way; with 130 after Ctrl-C, and the same command carries on.`;

await runCommand(help, async (args, signal) => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { stage: text, to: text, 'dry-run': flag, yes: flag, confirm: text, config: text, help: flag };
  const { values } = parseArgs({ args, options, strict: true });
  checkConfirm(values);
  const job = await openJob(values.stage, values.config, signal);
  await describeStacks(job);
  const artifacts = artifactsOf(job);
  const records = artifacts === undefined ? [] : await versions(artifacts);
  if (artifacts === undefined || records.length === 0) throw new Failure(`No version of ${job.stage} was deployed yet.`);
  if (values.to === undefined) {
    for (const line of versionLines(records, deployedVersion(job))) console.log(line);
    return;
  }
  job.heedsAlarms = false; // they are most likely why somebody goes back
  job.release = await formerRelease(artifacts, chooseVersion(records, values.to));
  const { yes, confirm } = values;
  await deployStage(job, { version: undefined, yes, confirm, dryRun: values['dry-run'], env: {}, only: ['app'] });
});
