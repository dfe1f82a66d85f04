/** What of template.yaml moves events: rules, queues, streams, and the functions that read from them. A property that has no meaning here is an error. */
import { evaluate, type Scope, type Tree } from './template-values.ts';

/** Sends what its pattern matches to queues and streams (AWS::Events::Rule). */
export interface Rule {
  name: string;
  /** A bus's logical id, or `default`. */
  bus: string;
  pattern: Tree;
  targets: { kind: 'queue' | 'stream'; name: string; partitionKeyPath?: string }[];
}

/** AWS::SQS::Queue. Queues and streams are named by their logical ids. */
export interface Queue {
  name: string;
  /** What SQS's API calls it. */
  queueName: string;
  visibilitySeconds: number;
  retentionSeconds: number;
  deadLetters?: { queue: string; maxReceiveCount: number };
}

/** AWS::Kinesis::Stream, of one shard. */
export interface Stream {
  name: string;
  retentionHours: number;
}

/** A function's event of type SQS. */
export interface QueueReader {
  name: string;
  functionId: string;
  queue: string;
  batchSize: number;
  windowSeconds: number;
  concurrency: number;
  /** ReportBatchItemFailures: the answer names the messages that failed. */
  reportsFailures: boolean;
}

/** A function's event of type Kinesis. */
export interface StreamReader {
  name: string;
  functionId: string;
  stream: string;
  batchSize: number;
  windowSeconds: number;
  /** 0: no windows. */
  tumblingSeconds: number;
  fromBeginning: boolean;
  reportsFailures: boolean;
  /** -1: for as long as it takes. */
  retries: number;
  /** -1: of any age. */
  maxAgeSeconds: number;
  bisects: boolean;
  /** The queue that is told of records which were given up. */
  onFailure?: string;
}

export interface TemplateEvents {
  rules: Rule[];
  queues: Queue[];
  streams: Stream[];
  queueReaders: QueueReader[];
  streamReaders: StreamReader[];
}

/** Evaluates a resource's properties. Of the names that it may have, those with a `-` change nothing on this machine and are passed over. */
function properties(tree: unknown, scope: Scope, at: string, names: readonly string[]): Tree {
  const known = new Set(names.map((name) => name.replace('-', '')));
  const given = (evaluate(tree ?? {}, scope, at) ?? {}) as Tree;
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`${at}.${unknown} is not known here`);
  return given;
}

/** The logical id that an evaluated `!Ref`, `!GetAtt X.Arn` or `!GetAtt X.QueueName` stands for. */
export const logicalIdOf = (value: unknown): string =>
  String(value)
    .replace(/^arn:.*[:/]/, '')
    .replace(/\..*$/, '');

/** @param resources those whose condition holds, by logical id */
export function readEvents(scope: Scope, resources: [string, Tree][]): TemplateEvents {
  const of = (type: string) =>
    resources
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => ({ id, tree: Properties, at: `Resources.${id}.Properties` }));
  const queues = of('AWS::SQS::Queue').map(({ id, tree, at }) => readQueue(id, tree, scope, at));
  const streams = of('AWS::Kinesis::Stream').map(({ id, tree, at }) => readStream(id, tree, scope, at));
  const find = (kind: 'queue' | 'stream', value: unknown, at: string): string => {
    const name = logicalIdOf(value);
    if (!(kind === 'queue' ? queues : streams).some((each) => each.name === name))
      throw new Error(`${at} names no ${kind} of the template: ${name}`);
    return name;
  };
  const rules = of('AWS::Events::Rule').flatMap(({ id, tree, at }) => readRule(id, tree, scope, at, find));
  for (const { name, deadLetters } of queues)
    if (deadLetters) find('queue', deadLetters.queue, `Resources.${name}.Properties.RedrivePolicy.deadLetterTargetArn`);
  const events = of('AWS::Serverless::Function').flatMap(({ id, tree, at }) =>
    Object.entries(((tree as Tree | undefined)?.Events ?? {}) as Record<string, Tree>).map(([name, event]) => ({
      id,
      name: `${id}${name}`,
      event,
      at: `${at}.Events.${name}`,
    })),
  );
  const typed = (type: string) => events.filter(({ event }) => event.Type === type);
  const known = ['HttpApi', 'Schedule', 'ScheduleV2', 'SQS', 'Kinesis'];
  const strange = events.find(({ event }) => !known.includes(String(event.Type)));
  if (strange) throw new Error(`${strange.at} is of a type that is not known here: ${strange.event.Type}`);
  return {
    rules,
    queues,
    streams,
    queueReaders: typed('SQS').flatMap(({ id, name, event, at }) =>
      readQueueReader(id, name, event.Properties, scope, `${at}.Properties`, find),
    ),
    streamReaders: typed('Kinesis').flatMap(({ id, name, event, at }) =>
      readStreamReader(id, name, event.Properties, scope, `${at}.Properties`, find),
    ),
  };
}

type Find = (kind: 'queue' | 'stream', value: unknown, at: string) => string;

const queueProperties = [
  ...['QueueName', 'VisibilityTimeout', 'MessageRetentionPeriod', 'RedrivePolicy'],
  ...[
    '-SqsManagedSseEnabled',
    '-KmsMasterKeyId',
    '-KmsDataKeyReusePeriodSeconds',
    '-RedriveAllowPolicy',
    '-ReceiveMessageWaitTimeSeconds',
    '-Tags',
  ],
];

function readQueue(id: string, tree: unknown, scope: Scope, at: string): Queue {
  const given = properties(tree, scope, at, queueProperties);
  const redrive = given.RedrivePolicy as { deadLetterTargetArn: string; maxReceiveCount: number } | undefined;
  return {
    name: id,
    queueName: String(given.QueueName ?? id),
    visibilitySeconds: Number(given.VisibilityTimeout ?? 30),
    retentionSeconds: Number(given.MessageRetentionPeriod ?? 345_600),
    ...(redrive && { deadLetters: { queue: logicalIdOf(redrive.deadLetterTargetArn), maxReceiveCount: Number(redrive.maxReceiveCount) } }),
  };
}

function readStream(id: string, tree: unknown, scope: Scope, at: string): Stream {
  const given = properties(tree, scope, at, [
    'RetentionPeriodHours',
    'ShardCount',
    '-Name',
    '-StreamModeDetails',
    '-StreamEncryption',
    '-Tags',
  ]);
  if (Number(given.ShardCount ?? 1) !== 1) throw new Error(`${at}.ShardCount: a stream has one shard here`);
  return { name: id, retentionHours: Number(given.RetentionPeriodHours ?? 24) };
}

function readRule(id: string, tree: unknown, scope: Scope, at: string, find: Find): Rule[] {
  const given = properties(tree, scope, at, ['EventBusName', 'EventPattern', 'Targets', 'State', '-Name', '-Description']);
  if (given.State === 'DISABLED') return [];
  if (given.EventPattern === undefined) throw new Error(`${at} has no EventPattern`);
  const targets = (given.Targets ?? []) as unknown[];
  return [
    {
      name: id,
      bus: logicalIdOf(given.EventBusName ?? 'default'),
      pattern: given.EventPattern as Tree,
      targets: targets.map((target, i) => readTarget(target, scope, `${at}.Targets[${i}]`, find)),
    },
  ];
}

/** Delivery cannot fail here, since events and targets are in one store: a target's own DLQ has only to exist. */
function readTarget(tree: unknown, scope: Scope, at: string, find: Find): Rule['targets'][number] {
  const given = properties(tree, scope, at, ['Arn', 'KinesisParameters', 'DeadLetterConfig', '-Id', '-RoleArn', '-RetryPolicy']);
  const dead = (given.DeadLetterConfig as { Arn?: string } | undefined)?.Arn;
  if (dead !== undefined) find('queue', dead, `${at}.DeadLetterConfig.Arn`);
  const service = String(given.Arn).split(':')[2];
  if (service === 'sqs') return { kind: 'queue', name: find('queue', given.Arn, `${at}.Arn`) };
  if (service !== 'kinesis') throw new Error(`${at}.Arn is neither a queue nor a stream`);
  const path = (given.KinesisParameters as { PartitionKeyPath?: string } | undefined)?.PartitionKeyPath;
  if (path !== undefined && !/^\$(\.[\w-]+)+$/.test(path))
    throw new Error(`${at}.KinesisParameters.PartitionKeyPath is no plain path: ${path}`);
  return { kind: 'stream', name: find('stream', given.Arn, `${at}.Arn`), ...(path !== undefined && { partitionKeyPath: path }) };
}

const reports = (given: Tree, at: string): boolean => {
  const types = (given.FunctionResponseTypes ?? []) as unknown[];
  const strange = types.find((type) => type !== 'ReportBatchItemFailures');
  if (strange !== undefined) throw new Error(`${at}.FunctionResponseTypes: unknown ${strange}`);
  return types.length > 0;
};

function readQueueReader(id: string, name: string, tree: unknown, scope: Scope, at: string, find: Find): QueueReader[] {
  const names = ['Queue', 'BatchSize', 'MaximumBatchingWindowInSeconds', 'FunctionResponseTypes', 'ScalingConfig', 'Enabled'];
  const given = properties(tree, scope, at, names);
  if (given.Enabled === false) return [];
  const { MaximumConcurrency = 10 } = (given.ScalingConfig ?? {}) as { MaximumConcurrency?: number };
  return [
    {
      name,
      functionId: id,
      queue: find('queue', given.Queue, `${at}.Queue`),
      batchSize: Number(given.BatchSize ?? 10),
      windowSeconds: Number(given.MaximumBatchingWindowInSeconds ?? 0),
      concurrency: Number(MaximumConcurrency),
      reportsFailures: reports(given, at),
    },
  ];
}

function readStreamReader(id: string, name: string, tree: unknown, scope: Scope, at: string, find: Find): StreamReader[] {
  const given = properties(tree, scope, at, [
    ...['Stream', 'StartingPosition', 'BatchSize', 'MaximumBatchingWindowInSeconds', 'TumblingWindowInSeconds', 'FunctionResponseTypes'],
    ...[
      'MaximumRetryAttempts',
      'MaximumRecordAgeInSeconds',
      'BisectBatchOnFunctionError',
      'DestinationConfig',
      'Enabled',
      'ParallelizationFactor',
    ],
  ]);
  if (given.Enabled === false) return [];
  if (Number(given.ParallelizationFactor ?? 1) !== 1)
    throw new Error(`${at}.ParallelizationFactor: a shard is read by one invocation at a time here`);
  if (given.StartingPosition !== 'LATEST' && given.StartingPosition !== 'TRIM_HORIZON')
    throw new Error(`${at}.StartingPosition: unknown ${given.StartingPosition}`);
  const onFailure = (given.DestinationConfig as { OnFailure?: { Destination?: string } } | undefined)?.OnFailure?.Destination;
  return [
    {
      name,
      functionId: id,
      stream: find('stream', given.Stream, `${at}.Stream`),
      batchSize: Number(given.BatchSize ?? 100),
      windowSeconds: Number(given.MaximumBatchingWindowInSeconds ?? 0),
      tumblingSeconds: Number(given.TumblingWindowInSeconds ?? 0),
      fromBeginning: given.StartingPosition === 'TRIM_HORIZON',
      reportsFailures: reports(given, at),
      retries: Number(given.MaximumRetryAttempts ?? -1),
      maxAgeSeconds: Number(given.MaximumRecordAgeInSeconds ?? -1),
      bisects: given.BisectBatchOnFunctionError === true,
      ...(onFailure !== undefined && { onFailure: find('queue', onFailure, `${at}.DestinationConfig.OnFailure.Destination`) }),
    },
  ];
}
