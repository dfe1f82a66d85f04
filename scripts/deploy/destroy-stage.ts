/** Deletes a stage: its stacks in reverse order, and what CloudFormation leaves behind. */
import { GetTemplateCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { DeleteLogGroupCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteDBClusterSnapshotCommand,
  DeleteDBSnapshotCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  paginateDescribeDBClusterSnapshots,
  paginateDescribeDBSnapshots,
} from '@aws-sdk/client-rds';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { parseTemplate } from '#local/template-yaml.ts';
import { Failure, Misuse, typed } from '../command-line.ts';
import { contextOf, type Job } from './job.ts';
import { removeReplicatedBackup, removeVault, replicatedBackups, vaultsIn } from './kept-backups.ts';
import { isLogGroupOf, isSnapshotOf } from './leftovers.ts';
import { some } from './plan-text.ts';
import { hasSecret, secretName } from './secret-store.ts';
import { deleteStack, describe, ended, resourcesOf, setProtection } from './stack.ts';
import { nextFor } from './stack-states.ts';
import { type Part, stackName, tagsOf } from './stacks.ts';

export interface DestroyOptions {
  /** Answers the question: the stage's name. */
  confirm: string | undefined;
  /** Prod is protected from being deleted; only with this is that taken away. */
  removeProtection: boolean;
}

/** What of a stage outlives it, and is said. */
const isKept = ({ stage }: Job) => stage === 'prod';

export async function destroyStage(job: Job, { confirm, removeProtection }: DestroyOptions): Promise<void> {
  const { stage, say } = job;
  const parts = job.parts.toReversed();
  for (const part of parts) job.stacks[part.part] = await describe(contextOf(job, part), stackName(part.part, stage));
  const standing = parts.filter(({ part }) => job.stacks[part] !== undefined);
  if (stage === 'prod' && standing.length > 0 && !removeProtection)
    throw new Misuse('prod is protected from being deleted: add --remove-deletion-protection if that is what you want.');

  say(`Stage ${stage} in ${job.aws.region}, account ${job.aws.account}. This deletes, in this order:`);
  for (const part of standing) say(`  ${stackName(part.part, stage)}: ${part.about}`);
  if (standing.length === 0) say('  no stack: none is there');
  say(
    isKept(job)
      ? `It keeps: a last snapshot of the database, backups, the SPA's bucket, and the secret ${secretName(stage)}.`
      : `With all data in it: the database and its snapshots, backups, buckets with every version of their objects, logs, the secret ${secretName(stage)}.`,
  );
  const isMeant =
    confirm === stage || (await typed(`Type ${stage} to delete it: `, stage, { instead: `--confirm ${stage}`, signal: job.signal }));
  if (!isMeant) throw new Failure('Nothing was deleted.');

  for (const part of standing) await removePart(job, part);
  if (!isKept(job)) await removeLeftovers(job);
  await sayWhatIsLeft(job);
}

async function removePart(job: Job, part: Part): Promise<void> {
  const name = stackName(part.part, job.stage);
  const context = contextOf(job, part);
  const began = performance.now();
  let stack: Stack | undefined = job.stacks[part.part];
  if (nextFor(stack?.StackStatus) === 'wait') {
    job.say(`${name} is in ${stack?.StackStatus}: waiting for its end.`);
    await ended(context, name);
    stack = await describe(context, name);
    if (stack === undefined) return;
  }
  if (stack?.EnableTerminationProtection) await setProtection(context, name, false);
  await openUp(job, part, name);
  job.say(`${name}: deleting …`);
  await deleteStack(context, name);
  job.say(`${name}: deleted (${Math.max(1, Math.round((performance.now() - began) / 1000))} s).`);
}

/** What keeps a stack from being deleted: buckets with objects in them, and a database's own protection. */
async function openUp(job: Job, part: Part, name: string): Promise<void> {
  const context = contextOf(job, part);
  const { TemplateBody = '{}' } = await context.client.send(new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }));
  const { Resources: written = {} } = parseTemplate(TemplateBody) as { Resources?: Record<string, { DeletionPolicy?: string }> };
  for (const { LogicalResourceId: id = '', ResourceType, PhysicalResourceId: physical } of await resourcesOf(context, name)) {
    if (physical === undefined || physical === '') continue;
    const isRetained = written[id]?.DeletionPolicy?.startsWith('Retain') ?? false;
    if (ResourceType === 'AWS::S3::Bucket' && !isRetained) await emptyBucket(job.aws.s3(part.region), physical);
    if (ResourceType === 'AWS::RDS::DBInstance')
      await ifThere(() =>
        job.aws
          .rds()
          .send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: physical, DeletionProtection: false, ApplyImmediately: true })),
      );
    if (ResourceType === 'AWS::RDS::DBCluster')
      await ifThere(() =>
        job.aws
          .rds()
          .send(new ModifyDBClusterCommand({ DBClusterIdentifier: physical, DeletionProtection: false, ApplyImmediately: true })),
      );
  }
}

/** Does something to a thing that may be gone already, or that is a member of something which decides for it. */
async function ifThere(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: Error) => {
    if (!/NotFound|NoSuch|InvalidParameterCombination|InvalidDBClusterState|InvalidDBInstanceState/.test(error.name)) throw error;
  });
}

/** Deletes every version of every object. */
async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  await ifThere(async () => {
    for (;;) {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1000 }));
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (Objects.length === 0) return;
      const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      if (Errors.length > 0) throw new Failure(`${Bucket} cannot be emptied: ${Errors[0]?.Key}: ${Errors[0]?.Message}.`);
    }
  });
}

async function removeLeftovers(job: Job): Promise<void> {
  const { aws, stage } = job;
  await ifThere(() => aws.secrets.send(new DeleteSecretCommand({ SecretId: secretName(stage), ForceDeleteWithoutRecovery: true })));
  for (const region of regionsOf(job))
    for (const logGroupName of await logGroups(job, region))
      await ifThere(() => aws.logs(region).send(new DeleteLogGroupCommand({ logGroupName })));
  for (const { id, isCluster } of await snapshots(job)) {
    const command = isCluster
      ? new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: id })
      : new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: id });
    await ifThere(() => aws.rds().send(command as DeleteDBSnapshotCommand));
  }
  for (const region of regionsOf(job))
    for (const name of await vaultsIn(aws.backup(region), stage)) await ifThere(() => removeVault(aws.backup(region), name, job.signal));
  for (const { region, arn } of await replicated(job)) await ifThere(() => removeReplicatedBackup(aws.rds(region), arn));
}

const regionsOf = ({ aws, parts }: Job): string[] => [
  ...new Set([aws.region, ...parts.flatMap(({ region }) => (region === undefined ? [] : [region]))]),
];

async function logGroups({ aws, stage }: Job, region: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { logGroups: page = [] } of paginateDescribeLogGroups({ client: aws.logs(region) }, {}))
    names.push(
      ...page.flatMap(({ logGroupName }) => (logGroupName !== undefined && isLogGroupOf(stage, logGroupName) ? [logGroupName] : [])),
    );
  return names;
}

async function snapshots({ aws, stage }: Job): Promise<{ id: string; isCluster: boolean }[]> {
  const client = aws.rds();
  const found: { id: string; isCluster: boolean }[] = [];
  for await (const { DBSnapshots = [] } of paginateDescribeDBSnapshots({ client }, { SnapshotType: 'manual' }))
    found.push(...DBSnapshots.map(({ DBSnapshotIdentifier: id = '' }) => ({ id, isCluster: false })));
  for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots({ client }, { SnapshotType: 'manual' }))
    found.push(...DBClusterSnapshots.map(({ DBClusterSnapshotIdentifier: id = '' }) => ({ id, isCluster: true })));
  return found.filter(({ id }) => isSnapshotOf(stage, id));
}

/** Backups that RDS has copied to the second region, where the stage has one. */
async function replicated({ aws, stage, parts }: Job): Promise<{ region: string; arn: string }[]> {
  const region = parts.find(({ part }) => part === 'recovery-region')?.region;
  if (region === undefined) return [];
  return (await replicatedBackups(aws.rds(region), stage)).map((arn) => ({ region, arn }));
}

/** @throws Failure where a stage that was to leave nothing left something */
async function sayWhatIsLeft(job: Job): Promise<void> {
  const { stage, say, aws } = job;
  const left: string[] = [];
  for (const part of job.parts) {
    const name = stackName(part.part, stage);
    if ((await describe(contextOf(job, part), name)) !== undefined) left.push(`stack ${name}`);
  }
  if (await hasSecret(aws.secrets, stage)) left.push(`secret ${secretName(stage)}`);
  for (const region of regionsOf(job)) left.push(...(await logGroups(job, region)).map((name) => `log group ${name}`));
  left.push(...(await snapshots(job)).map(({ id }) => `snapshot ${id}`));
  for (const region of regionsOf(job))
    left.push(...(await vaultsIn(aws.backup(region), stage)).map((name) => `backups in ${name} (${region})`));
  left.push(...(await replicated(job)).map(({ arn }) => `backup ${arn}`));
  if (left.length > 0 && !isKept(job)) throw new Failure(`Not everything is gone: ${left.join(', ')}. The same command tries again.`);
  say(left.length === 0 ? `Nothing of ${stage} is left.` : `Kept: ${left.join(', ')}.`);
  const listed = await taggedResources(job);
  if (listed.length > 0)
    say(
      `AWS's list of tags still has ${some(listed)}. What was deleted leaves that list some hours later, a KMS key after its waiting time (7 to 30 days, free). What is in it for longer is still there, and costs.`,
    );
}

async function taggedResources(job: Job): Promise<string[]> {
  const TagFilters = Object.entries(tagsOf(job.stage)).map(([Key, value]) => ({ Key, Values: [value] }));
  const arns: string[] = [];
  for (const region of regionsOf(job))
    for await (const { ResourceTagMappingList: page = [] } of paginateGetResources({ client: job.aws.tagging(region) }, { TagFilters }))
      arns.push(...page.flatMap(({ ResourceARN }) => (ResourceARN === undefined ? [] : [ResourceARN])));
  return arns;
}
