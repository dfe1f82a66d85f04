/** What a consumer of a stream is made of in the template, and what is wrong with it there. */
import { join } from 'node:path';
import { compilePattern } from '#local/pumps/patterns.ts';
import type { Tree } from '#local/template-values.ts';
import { functionFiles } from '../../../scripts/function-files.ts';
import type { EventName } from './consumers.ts';
import { read, root } from './sources.ts';
import { arnOf, eventsOf, type Resource, refOf, valueIn } from './template.ts';

/** What a function's file says: `consumeStream(name, events, …)`. */
export interface StreamConsumer {
  logicalId: string;
  /** `<domain>/<verb-noun>` of the file. */
  file: string;
  name: string;
  types: string[];
}

/** The consumers of streams among the functions, as their handlers say themselves. */
export async function streamConsumers(): Promise<StreamConsumer[]> {
  const files = functionFiles().filter(({ file }) => read(file).includes('= consumeStream('));
  return Promise.all(
    files.map(async ({ file, domain, verbNoun, logicalId }) => {
      const { handler } = (await import(join(root, file))) as { handler: { consumes: { name: string; types: string[] } } };
      return { logicalId, file: `${domain}/${verbNoun}`, ...handler.consumes };
    }),
  );
}

type Resources = Record<string, Resource>;
const propertiesIn = (resources: Resources, id: string): Tree => resources[id]?.Properties ?? {};
const mappingOf = (resource: Resource | undefined) => resource && eventsOf(resource).find(({ Type }) => Type === 'Kinesis')?.Properties;

/**
 * What is wrong with the streams of a template and their consumers.
 * @param declared every event that there is
 */
export function streamFaults(resources: Resources, all: StreamConsumer[], declared: EventName[]): string[] {
  const reading = Object.keys(resources).filter((id) => mappingOf(resources[id]) !== undefined);
  const streams = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::Kinesis::Stream');
  const read = all.map(({ logicalId }) => arnOf(mappingOf(resources[logicalId])?.Stream));
  return [
    ...reading
      .filter((id) => !all.some(({ logicalId }) => logicalId === id))
      .map((id) => `${id} has a stream: its handler must be made by consumeStream`),
    ...streams.filter((id) => !read.includes(id)).map((id) => `${id} has no reader`),
    ...streams.flatMap((id) => [...propertyFaults(resources, id), ...ruleFaults(resources, id)]),
    ...all.flatMap((consumer) => consumerFaults(resources, consumer, declared)),
  ];
}

const retentionOf = (resources: Resources, id: string) => Number(propertiesIn(resources, id).RetentionPeriodHours ?? 24) * 3_600;

function propertyFaults(resources: Resources, id: string): string[] {
  const { Name, ShardCount, StreamEncryption, StreamModeDetails } = propertiesIn(resources, id);
  const name = `kelvo-dev-${id.replace(/\B[A-Z]/g, '-$&').toLowerCase()}`;
  return [
    ...(valueIn('dev', Name) === name ? [] : [`${id} must be named ${name} in dev`]),
    ...(Number(valueIn('dev', ShardCount)) === 1 && refOf(ShardCount) !== undefined && StreamModeDetails === undefined
      ? []
      : [`${id} must have as many shards as a parameter says, 1 by default`]),
    ...((StreamEncryption as Tree | undefined)?.EncryptionType === 'KMS' ? [] : [`${id} must be encrypted`]),
  ];
}

interface Target {
  Arn?: unknown;
  RoleArn?: unknown;
  KinesisParameters?: { PartitionKeyPath?: string };
  DeadLetterConfig?: { Arn?: unknown };
}

/** A stream `X` is filled by the rule `XRule`. */
function ruleFaults(resources: Resources, id: string): string[] {
  const rule = propertiesIn(resources, `${id}Rule`);
  const [target, ...more] = (rule.Targets ?? []) as Target[];
  if (target === undefined || more.length > 0 || arnOf(target.Arn) !== id)
    return [`${id} needs a rule ${id}Rule with it as its one target`];
  const policies = (propertiesIn(resources, arnOf(target.RoleArn) ?? '').Policies ?? []) as {
    PolicyDocument: { Statement: { Action: string[]; Resource: unknown }[] };
  }[];
  const statements = policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter((statement) => valueIn('dev', statement) !== undefined); // a key of the stage's own is none of these
  const writesOnly = statements.length === 1 && statements[0]?.Action.join() === 'kinesis:PutRecord,kinesis:PutRecords';
  return [
    ...(refOf(rule.EventBusName) === 'EventBus' ? [] : [`${id}Rule must be a rule of EventBus`]),
    ...(writesOnly && arnOf(statements[0]?.Resource) === id ? [] : [`${id}Rule needs a role that may write into ${id}, and nothing else`]),
    ...(target.KinesisParameters?.PartitionKeyPath === '$.detail.subject'
      ? []
      : [`${id}Rule must spread events by $.detail.subject: what happens to one order stays in order`]),
    ...(isQueueForGood(resources, arnOf(target.DeadLetterConfig?.Arn)) ? [] : [`${id}Rule needs dead letters that are kept for two weeks`]),
  ];
}

const isQueueForGood = (resources: Resources, id = '') =>
  resources[id]?.Type === 'AWS::SQS::Queue' && propertiesIn(resources, id).MessageRetentionPeriod === 14 * 86_400;

function consumerFaults(resources: Resources, { logicalId, file, name, types }: StreamConsumer, declared: EventName[]): string[] {
  const mapping = mappingOf(resources[logicalId]);
  const stream = arnOf(mapping?.Stream);
  if (mapping === undefined || stream === undefined)
    return [`${logicalId} needs an event of type Kinesis with Stream: !GetAtt <a stream>.Arn`];
  const { EventPattern } = propertiesIn(resources, `${stream}Rule`);
  if (EventPattern === undefined) return [`${stream}Rule needs an EventPattern`];
  const matches = compilePattern(EventPattern as Tree, `${stream}Rule`);
  const comes = (type: string) => matches({ source: 'kelvo', 'detail-type': type, detail: {} });
  const domains = new Set(types.map((type) => type.split('.')[0]));
  const age = Number(mapping.MaximumRecordAgeInSeconds);
  const onFailure = (mapping.DestinationConfig as { OnFailure?: { Destination?: unknown } } | undefined)?.OnFailure?.Destination;
  const wanted = {
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    TumblingWindowInSeconds: 60,
    MaximumRetryAttempts: -1,
    StartingPosition: 'TRIM_HORIZON',
  };
  return [
    ...(name === file ? [] : [`${logicalId}: its failures are noted under ${name}, they must be under ${file}`]),
    ...Object.entries(wanted)
      .filter(([property, value]) => JSON.stringify(mapping[property]) !== JSON.stringify(value))
      .map(([property, value]) => `${logicalId} needs ${property}: ${JSON.stringify(value)}`),
    // What is tried until the stream forgets it is never told of.
    ...(age > 3_600 && age < retentionOf(resources, stream)
      ? []
      : [`${logicalId} needs a MaximumRecordAgeInSeconds of more than an hour, and less than ${stream} keeps records`]),
    ...(isQueueForGood(resources, arnOf(onFailure))
      ? []
      : [`${logicalId} needs DestinationConfig.OnFailure: a queue that keeps messages for two weeks`]),
    ...types.filter((type) => !comes(type)).map((type) => `${stream}Rule does not let through ${type}, which ${logicalId} handles`),
    ...declared
      .filter(({ type }) => !domains.has(type.split('.')[0] ?? '') && comes(type))
      .map(({ type }) => `${stream}Rule lets through ${type}, which is of no domain that ${logicalId} handles`),
  ];
}
