/** A stage that is worked on: its account, its configuration, its stacks as they are, and what each is to be. */
import type { Stack } from '@aws-sdk/client-cloudformation';
import { appTemplateText } from '../app-template/read.ts';
import type { Stage } from '../command-line.ts';
import { type AppSecrets, originSecretHashes, presentOriginSecret, publicKeysOf } from './app-secrets.ts';
import type { Artifacts } from './artifacts.ts';
import type { Aws } from './aws.ts';
import { type ComputedName, computedNames, type Resolution, resolveParameters, valuesOf } from './parameters.ts';
import type { Release } from './release.ts';
import type { StoredSecrets } from './secret-store.ts';
import { type Context, describe, outputsOf, type Wanted } from './stack.ts';
import { type Part, stackName, tagsOf } from './stacks.ts';
import type { StageFile } from './stage-file.ts';
import type { TemplateFile } from './template-file.ts';

export interface Job {
  stage: Stage;
  aws: Aws;
  file: StageFile;
  /** Outputs of the account's own stack; empty where it has none. */
  bootstrap: Record<string, string>;
  parts: readonly Part[];
  /** By part. */
  templates: Record<string, TemplateFile>;
  /** Stacks that stand, by part. */
  stacks: Record<string, Stack | undefined>;
  release: Release | undefined;
  /** Whether alarms that fire take a change of the app back. One that fires already would take back what mends it. */
  heedsAlarms: boolean;
  /** As stored; undefined before the first deploy stores any. */
  secrets: StoredSecrets | undefined;
  signal: AbortSignal;
  say: (line: string) => void;
}

export const contextOf = ({ aws, signal, say }: Job, { region }: Part): Context => ({ client: aws.cloudformation(region), signal, say });

/** Looks at every stack. */
export async function describeStacks(job: Job): Promise<void> {
  await Promise.all(
    job.parts.map(async (part) => {
      job.stacks[part.part] = await describe(contextOf(job, part), stackName(part.part, job.stage));
    }),
  );
}

/** `''` in prod: its functions have the plain names. */
export const nameSuffix = (stage: Stage): string => (stage === 'prod' ? '' : `-${stage}`);

/** Where shoppers reach the shop. Before the first edge stack nobody does, and the address says so. */
export function publicUrlOf({ stage, file, stacks }: Pick<Job, 'stage' | 'file' | 'stacks'>): string {
  const { DomainName } = file.parameters;
  if (DomainName) return `https://${DomainName}`;
  return outputsOf(stacks.edge).Url ?? `https://kelvo-${stage}.invalid`;
}

/** Outputs of the parts before this one: undefined for what a template promises and no stack gives yet. */
function earlierOutputs({ bootstrap, parts, templates, stacks }: Job, part: Part): Record<string, string | undefined> {
  const outputs: Record<string, string | undefined> = { ...bootstrap };
  for (const { part: earlier } of parts.slice(0, parts.indexOf(part))) {
    const now = outputsOf(stacks[earlier]);
    for (const name of templates[earlier]?.outputs ?? []) outputs[name] = now[name];
  }
  return outputs;
}

function computedOf(job: Job): Record<ComputedName, string | undefined> {
  const { stage, file, stacks, release, secrets } = job;
  const keys: AppSecrets | undefined = secrets?.values;
  const hasAlarms = outputsOf(stacks.observability).RollbackAlarmArns !== undefined;
  return {
    Stage: stage,
    NameSuffix: nameSuffix(stage),
    Version: release?.version,
    SchemaVersion: release?.schemaVersion,
    SecretsArn: secrets?.arn,
    SecretsVersion: secrets?.version,
    AccessTokenPublicKeys: keys && publicKeysOf(keys),
    OriginSecret: keys && presentOriginSecret(keys),
    // Without an edge stack nothing sends the header, and every request would be refused.
    OriginSecretSha256: job.templates.edge === undefined ? '' : keys && originSecretHashes(keys),
    PublicUrl: publicUrlOf(job),
    // Only then does the template use it. Before the alarms are there a canary that names them could not begin.
    CanaryAlarms: String(job.heedsAlarms && file.parameters.Instrumentation === 'layer' && hasAlarms),
  };
}

export const templateOf = (job: Job, { part }: Part): TemplateFile => {
  const template = part === 'app' && job.release !== undefined ? job.release.app : job.templates[part];
  if (template === undefined) throw new Error(`the part ${part} has no template`);
  return template;
};

export const resolutionOf = (job: Job, part: Part): Resolution =>
  resolveParameters(templateOf(job, part), {
    computed: computedOf(job),
    configuration: job.file.parameters,
    outputs: earlierOutputs(job, part),
  });

/** CloudFormation takes a template this long along with the request; a longer one it reads from a bucket. */
const longestBody = 51_200;

/** @param keepText puts a template that is too long into the artifacts bucket, and gives its address */
export async function wantedFor(job: Job, part: Part, keepText: (text: string) => Promise<string>): Promise<Wanted> {
  const template = templateOf(job, part);
  const isApp = part.part === 'app';
  const parameters = valuesOf(resolutionOf(job, part));
  const text = isApp ? appTemplateText(template.text, parameters) : template.text;
  // An empty list, for CloudFormation remembers the last one where there is none.
  const alarms = job.heedsAlarms ? outputsOf(job.stacks.observability).RollbackAlarmArns : undefined;
  return {
    name: stackName(part.part, job.stage),
    text,
    url: Buffer.byteLength(text) > longestBody ? await keepText(text) : undefined,
    parameters,
    hidden: Object.entries(template.parameters).flatMap(([name, { NoEcho }]) => (NoEcho ? [name] : [])),
    tags: tagsOf(job.stage),
    rollback: isApp ? { alarms: (alarms ?? '').split(',').filter(Boolean), minutes: job.file.rollbackMonitoringMinutes } : undefined,
    protect: job.stage === 'prod',
  };
}

/** The version that the stage's functions run, whether its deploy got to its end or not. */
export const deployedVersion = ({ stacks }: Pick<Job, 'stacks'>): string | undefined =>
  stacks.app?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Version')?.ParameterValue;

/** The artifacts bucket, once its stack stands. */
export function artifactsOf({ aws, stacks }: Job): Artifacts | undefined {
  const bucket = outputsOf(stacks.artifacts).ArtifactsBucket;
  return bucket === undefined ? undefined : { s3: aws.s3(), bucket };
}

/** Every parameter of every stack whose value is known, for what reads them all together. */
export function knownParameters(job: Job): Record<string, string> {
  const all: Record<string, string> = {};
  for (const part of job.parts) {
    for (const [name, { value }] of Object.entries(resolutionOf(job, part).parameters)) if (value !== undefined) all[name] = value;
  }
  return all;
}

export const isComputed = (name: string): name is ComputedName => computedNames.some((computed) => computed === name);
