/** Brings a stage to what its release and its configuration say: each stack in its order, then the SPA, then a look at whether it works. */
import { Failure, Misuse, typed } from '../command-line.ts';
import { monthlyCost } from '../finops/monthly-cost.ts';
import { completeSecrets } from './app-secrets.ts';
import { type Artifacts, keep, keepVersion, type VersionRecord, versions } from './artifacts.ts';
import { artifactsOf, contextOf, describeStacks, type Job, knownParameters, publicUrlOf, templateOf, wantedFor } from './job.ts';
import { addressLines, costLines, planLines, type StackPlan } from './plan-text.ts';
import { newRelease, type Release } from './release.ts';
import { brokenRulesOf } from './rules.ts';
import { ensureUnchanged, keepSecrets } from './secret-store.ts';
import { seedDemoData } from './seed-demo-data.ts';
import { publishSite } from './site.ts';
import { smokeTest } from './smoke.ts';
import { type ChangeSet, carryOut, changeSetFor, createStack, differences, discard, settle, updateStack, type Wanted } from './stack.ts';
import { nextFor, remedyFor } from './stack-states.ts';
import { type Part, stackName } from './stacks.ts';

export interface DeployOptions {
  /** The version's name, if not git's revision. */
  version: string | undefined;
  /** Answers the question of a stage other than prod. */
  yes: boolean;
  /** Answers prod's question, which --yes does not. */
  confirm: string | undefined;
  /** Only say what would be done. */
  dryRun: boolean;
  /** Variables that bring secrets of other companies. */
  env: Record<string, string | undefined>;
  /** Only these parts; a rollback changes the app alone. */
  only?: readonly string[];
}

/** A part with what is to become of it. */
interface Planned {
  part: Part;
  plan: StackPlan;
  /** What was asked of CloudFormation, to be carried out if nothing changes until then. */
  prepared: { wanted: Wanted; set: ChangeSet } | undefined;
}

const seconds = (since: number) => `${Math.max(1, Math.round((performance.now() - since) / 1000))} s`;

const artifactsAtHand = (job: Job): Artifacts => {
  const artifacts = artifactsOf(job);
  if (artifacts === undefined) throw new Error('the artifacts bucket is not there');
  return artifacts;
};

/** Where CloudFormation reads a long template. The bucket is private: the address works with the caller's credentials alone. */
const keepText = (job: Job) => async (text: string) => {
  const artifacts = artifactsAtHand(job);
  return `https://s3.${job.aws.region}.amazonaws.com/${artifacts.bucket}/${await keep(artifacts, text)}`;
};

/** Build variables of the SPA. */
const siteEnv = (job: Job) => (version: string) => {
  const { applicationId, clientToken } = job.file.browserMonitoring;
  const { DatadogSite = 'datadoghq.com' } = job.file.parameters;
  const isOn = applicationId !== '' && clientToken !== '';
  return {
    DD_RUM_APPLICATION_ID: applicationId,
    DD_RUM_CLIENT_TOKEN: clientToken,
    DD_SITE: isOn ? DatadogSite : '',
    DD_ENV: isOn ? job.stage : '',
    DD_VERSION: isOn ? version : '',
  };
};

function makeRelease(job: Job, version: string | undefined): Promise<Release> {
  job.say('Building, and uploading what is new …');
  return newRelease(artifactsAtHand(job), { region: job.aws.region, version, env: siteEnv(job) });
}

async function planOf(job: Job, part: Part): Promise<Planned> {
  const { part: id, about } = part;
  const name = stackName(id, job.stage);
  const stack = job.stacks[id];
  const next = nextFor(stack?.StackStatus);
  const shown = {
    name,
    about,
    differs: [],
    changes: [],
    resources: templateOf(job, part).resources,
    remedy: remedyFor(stack?.StackStatus),
  };
  if (stack === undefined || next === 'recreate') return { part, plan: { ...shown, kind: 'create' }, prepared: undefined };
  // An earlier stack may still have to be made, or the rollback to end: then nobody knows yet what this one will look like.
  if (next !== 'update') return { part, plan: { ...shown, kind: 'update', differs: ['what its rollback leaves'] }, prepared: undefined };
  const wanted = await wantedFor(job, part, keepText(job)).catch((error: Error) => {
    if (/^no value for /.test(error.message)) return undefined;
    throw error;
  });
  if (wanted === undefined) return { part, plan: { ...shown, kind: 'update', differs: ['what earlier stacks say'] }, prepared: undefined };
  const context = contextOf(job, part);
  const differs = await differences(context, stack, wanted);
  // A value that AWS never shows may have changed: only a change set knows.
  if (differs.length === 0 && wanted.hidden.length === 0) return { part, plan: { ...shown, kind: 'none' }, prepared: undefined };
  const set = await changeSetFor(context, wanted);
  const kind = set.changes.length === 0 && differs.length === 0 ? 'none' : 'update';
  return {
    part,
    plan: { ...shown, kind, differs, changes: set.changes },
    prepared: set.changes.length === 0 ? undefined : { wanted, set },
  };
}

const forget = (job: Job, planned: readonly Planned[]) =>
  Promise.all(planned.map(({ part, prepared }) => prepared && discard(contextOf(job, part), prepared.wanted.name, prepared.set.id)));

const isSame = (a: Wanted, b: Wanted) => JSON.stringify(a) === JSON.stringify(b);

/** Makes a stack what it is to be. @returns whether anything changed */
async function ensure(job: Job, part: Part, prepared?: Planned['prepared']): Promise<boolean> {
  const context = contextOf(job, part);
  const name = stackName(part.part, job.stage);
  const began = performance.now();
  const stack = await settle(context, name);
  job.stacks[part.part] = stack;
  const wanted = await wantedFor(job, part, keepText(job));
  const done = (what: string) => job.say(`${name}: ${what} (${seconds(began)}).`);
  if (stack === undefined) {
    job.say(`${name}: creating …`);
    job.stacks[part.part] = await createStack(context, wanted);
    done('created');
    return true;
  }
  const isPrepared = prepared !== undefined && isSame(prepared.wanted, wanted);
  if (prepared !== undefined && !isPrepared) await discard(context, name, prepared.set.id);
  const differs = isPrepared ? [] : await differences(context, stack, wanted);
  if (!isPrepared && differs.length === 0 && wanted.hidden.length === 0) return false;
  const set = isPrepared ? prepared.set : await changeSetFor(context, wanted);
  if (set.changes.length === 0 && differs.length === 0) return false;
  job.say(`${name}: changing …`);
  const changed = set.changes.length > 0 ? await carryOut(context, wanted, set) : await updateStack(context, wanted);
  if (changed === undefined) {
    job.say(`${name}: what differs changes nothing in it.`);
    return false;
  }
  job.stacks[part.part] = changed;
  done('changed');
  return true;
}

async function mayBegin(job: Job, { yes, confirm }: DeployOptions): Promise<boolean> {
  const { stage, signal } = job;
  if (stage === 'prod') return confirm === 'prod' || typed('Type prod to go on: ', 'prod', { instead: '--confirm prod', signal });
  return yes || confirm === stage || typed('Go on? (yes/no) ', 'yes', { instead: '--yes', signal });
}

/** Whether the SPA and the record of this version are what they are to be: a deploy that was stopped before its end left them behind. */
function isRecorded(records: readonly VersionRecord[], release: Release): boolean {
  const [last] = records;
  return (
    last?.version === release.version && last.template === release.templateKey && JSON.stringify(last.site) === JSON.stringify(release.site)
  );
}

/**
 * Deploys. `job.release` is set for a rollback; otherwise what is in this folder is built.
 * @throws Failure, Misuse, Interrupted
 */
export async function deployStage(job: Job, options: DeployOptions): Promise<void> {
  const { stage, say } = job;
  const began = performance.now();
  const parts = job.parts.filter(({ part }) => options.only === undefined || options.only.includes(part));
  await describeStacks(job);
  const broken = parts.flatMap((part) => brokenRulesOf(job, part));
  // CloudFormation would say so too, half an hour later: when the stacks before this one stand.
  if (broken.length > 0) throw new Misuse(`The configuration of ${stage} cannot work: ${broken.join(' ')}`);
  const busy = job.parts.filter(({ part }) => nextFor(job.stacks[part]?.StackStatus) === 'wait');
  for (const part of busy) job.stacks[part.part] = await settle(contextOf(job, part), stackName(part.part, stage));

  const needed = completeSecrets(job.secrets?.values ?? {}, { parameters: knownParameters(job), env: options.env });
  const stands = artifactsOf(job);
  if (stands !== undefined && job.release === undefined) job.release = await makeRelease(job, options.version);
  const planned = await Promise.all(parts.map((part) => planOf(job, part)));
  const records = stands === undefined ? [] : await versions(stands);
  const hasNewKeys = Object.keys(needed).some((key) => needed[key] !== job.secrets?.values[key]);
  if (
    planned.every(({ plan: { kind, remedy } }) => kind === 'none' && remedy === undefined) &&
    !hasNewKeys &&
    job.release &&
    isRecorded(records, job.release)
  ) {
    say(`No changes: version ${job.release.version} is deployed (${seconds(began)}). ${publicUrlOf(job)}`);
    return;
  }
  say(
    `\nStage ${stage} in ${job.aws.region}, account ${job.aws.account}${job.release === undefined ? '' : `, version ${job.release.version}`}:`,
  );
  for (const line of planLines(planned.map(({ plan }) => plan))) say(line);
  if (hasNewKeys)
    say(
      job.secrets === undefined
        ? `  The stage's keys are generated and kept in the secret kelvo/${stage}/app.`
        : '  The secret gets the keys that it lacks.',
    );
  if (options.only === undefined) for (const line of costLines(monthlyCost(knownParameters(job)))) say(line);
  say('');
  try {
    if (!options.dryRun && !(await mayBegin(job, options))) throw new Failure('Nothing was done.');
  } catch (error) {
    await forget(job, planned);
    throw error;
  }
  if (options.dryRun) {
    await forget(job, planned);
    say('Nothing was done: --dry-run.');
    return;
  }
  await carryOutAll(job, { parts, planned, needed, options });
  say(`Deployed in ${seconds(began)}:`);
  const dashboards = job.stacks.observability === undefined ? [] : ['operations', 'business'].map((name) => `kelvo-${stage}-${name}`);
  for (const line of addressLines({ url: publicUrlOf(job), region: job.aws.region, dashboards })) say(line);
}

async function carryOutAll(
  job: Job,
  {
    parts,
    planned,
    needed,
    options,
  }: { parts: readonly Part[]; planned: readonly Planned[]; needed: Record<string, string>; options: DeployOptions },
): Promise<void> {
  const { stage, say, aws } = job;
  const app = job.parts.find(({ part }) => part === 'app');
  const preparedOf = (part: Part) => planned.find((each) => each.part === part)?.prepared;
  for (const part of parts) {
    if (part.part === 'app') {
      await ensureUnchanged(aws.secrets, stage, job.secrets);
      job.secrets = await keepSecrets(aws.secrets, stage, { now: job.secrets, values: needed });
      job.release ??= await makeRelease(job, options.version);
    }
    await ensure(job, part, preparedOf(part));
    // What only a later stack knows: the shop's address, and whether there are alarms.
    if (app !== undefined && ['edge', 'observability'].includes(part.part)) await ensure(job, app);
  }
  if (job.release === undefined) throw new Error('the app has no release');
  await publishSite(job, job.release);
  await seedDemoData(job);
  const { DemoData } = knownParameters(job);
  say('Does it work?');
  await smokeTest(publicUrlOf(job), {
    version: job.release.version,
    hasSite: job.stacks.edge !== undefined,
    buys: DemoData === 'true' && stage !== 'prod',
    signal: job.signal,
    say,
  });
  const { version, schemaVersion, templateKey, site } = job.release;
  await keepVersion(artifactsAtHand(job), { version, schemaVersion, template: templateKey, site, deployedAt: new Date().toISOString() });
}
