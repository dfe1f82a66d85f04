// npm run keys:rotate: new keys for a stage, while what the old ones made goes on being good.
import { parseArgs } from 'node:util';
import { checkConfirm, Failure, runCommand, typed } from './command-line.ts';
import { versions } from './deploy/artifacts.ts';
import { deployStage } from './deploy/deploy-stage.ts';
import { artifactsOf, deployedVersion, describeStacks, type Job, knownParameters } from './deploy/job.ts';
import { openJob } from './deploy/open-job.ts';
import { formerRelease } from './deploy/release.ts';
import { keepSecrets } from './deploy/secret-store.ts';
import { recordOf } from './deploy/version-list.ts';
import { phaseOf, prepareKeys, retireKeys, switchKeys } from './keys/rotation.ts';

const help = `Usage: npm run keys:rotate -- --stage dev|staging|prod [--retire]

Replaces the keys that sign access tokens, make guests' order tokens, check the mock's webhooks and let CloudFront prove itself: first every function
learns the new ones, then they are used. Nobody is signed out. It deploys the version that is deployed, twice; interrupted, it goes on where it was.

  --stage STAGE     the stage
  --retire          refuse from now on what the keys before the last rotation made
  --yes             do not ask; prod asks all the same
  --confirm STAGE   the answer to the question, for a pipeline: --confirm prod
  --config FILE     another file than config/<stage>.yaml
  --help            show this

Ends with 0; with 1 when it did not work; with 2 when it was asked in a wrong way; with 130 after Ctrl-C. docs/runbooks/rotate-keys.md says more.`;

type Step = [what: string, rule: typeof prepareKeys];
const rotation: Step[] = [
  ['Every function learns the new keys', prepareKeys],
  ['The new keys are used, the old ones stay good', switchKeys],
];
const retirement: Step[] = [['The old keys are good no more', retireKeys]];

/** One version of the secret, and the deploy that brings it to the functions, to the edge too. */
async function take(job: Job, [what, rule]: Step): Promise<void> {
  if (job.secrets === undefined) throw new Failure(`${job.stage} has no keys yet: deploy it first.`);
  const stripe = knownParameters(job).PaymentProvider === 'stripe';
  job.say(`${what}:`);
  const values = { ...rule(job.secrets.values, { stripe }) };
  job.secrets = await keepSecrets(job.aws.secrets, job.stage, { now: job.secrets, values });
  await deployStage(job, { version: undefined, yes: true, confirm: job.stage, dryRun: false, env: {}, only: ['app', 'edge'] });
}

await runCommand(help, async (args, signal) => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { stage: text, retire: flag, yes: flag, confirm: text, config: text, help: flag };
  const { values } = parseArgs({ args, options, strict: true });
  checkConfirm(values);
  const job = await openJob(values.stage, values.config, signal);
  await describeStacks(job);
  const artifacts = artifactsOf(job);
  // The version that the functions run. One whose deploy did not get to its end has no record, and the one before would be brought back unasked.
  const records = artifacts === undefined ? [] : await versions(artifacts);
  const present = recordOf(records, deployedVersion(job));
  if (artifacts === undefined || present === undefined || job.secrets === undefined)
    throw new Failure(`${job.stage} has no version that worked: deploy it first.`);
  const isMeant =
    values.confirm === job.stage ||
    (values.yes && job.stage !== 'prod') ||
    (await typed(`Type ${job.stage} to replace its keys: `, job.stage, { instead: `--confirm ${job.stage}`, signal }));
  if (!isMeant) throw new Failure('Nothing was done.');
  // What is deployed stays the same: only its keys change.
  job.release = await formerRelease(artifacts, present);
  // A rotation that was stopped after it had written a version of the secret: the functions get that first, or they would miss a key in between.
  const atFunctions = job.stacks.app?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'SecretsVersion')?.ParameterValue;
  const isBehind = atFunctions !== job.secrets.version;
  if (isBehind) await take(job, ['What a rotation before has written is brought to the functions', (secrets) => ({ ...secrets })]);
  if (isBehind && phaseOf(job.secrets.values) === 'ready') return job.say('With that the rotation before is done.');
  for (const step of values.retire ? retirement : rotation) await take(job, step);
});
