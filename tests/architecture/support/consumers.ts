/** What a consumer of events is made of in the template, and what is wrong with it there. */
import { join } from 'node:path';
import { compilePattern } from '#local/pumps/patterns.ts';
import type { Tree } from '#local/template-values.ts';
import { functionFiles } from '../../../scripts/function-files.ts';
import { read, root } from './sources.ts';
import { arnOf, eventsOf, type Resource, refOf, template, valueIn } from './template.ts';

/** An event by what a rule sees of it. */
export interface EventName {
  source: string;
  type: string;
}

/** What a function's file says: `consume(name, events, …)`. */
export interface Consumer {
  logicalId: string;
  /** `<domain>/<verb-noun>` of the file. */
  file: string;
  name: string;
  events: EventName[];
}

/** The consumers among the functions, as their handlers say themselves. */
export async function consumers(): Promise<Consumer[]> {
  const files = functionFiles().filter(({ file }) => /= consume(InSteps)?\(/.test(read(file)));
  return Promise.all(
    files.map(async ({ file, domain, verbNoun, logicalId }) => {
      const { handler } = (await import(join(root, file))) as { handler: { consumes: { name: string; events: EventName[] } } };
      return { logicalId, file: `${domain}/${verbNoun}`, ...handler.consumes };
    }),
  );
}

type Resources = Record<string, Resource>;

const kebab = (pascal: string) => pascal.replace(/\B[A-Z]/g, '-$&').toLowerCase();
const twoWeeks = 14 * 86_400;

/**
 * What is wrong with the consumers and queues of a template.
 * @param declared every event that there is
 */
export function consumerFaults(resources: Resources, all: Consumer[], declared: EventName[]): string[] {
  const withQueue = Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::Serverless::Function')
    .filter(([, resource]) => eventsOf(resource).some(({ Type }) => Type === 'SQS'))
    .map(([id]) => id);
  const known = new Set(all.map(({ logicalId }) => logicalId));
  const bases = all.flatMap(({ logicalId }) => baseOf(resources, logicalId) ?? []);
  return [
    ...withQueue.filter((id) => !known.has(id)).map((id) => `${id} has a queue: its handler must be made by consume or consumeInSteps`),
    ...all.flatMap((consumer) => [...functionFaults(resources, consumer), ...ruleFaults(resources, consumer, declared)]),
    ...bases.flatMap((base) => queueFaults(resources, base)),
    ...idsOf(resources, 'AWS::SQS::Queue')
      .filter((id) => !bases.some((base) => id === `${base}Queue` || id === `${base}DeadLetters`) && !isDeadLetters(resources, id))
      .map((id) => `${id} is neither the queue of a consumer nor dead letters of one`),
    ...policyFaults(resources),
  ];
}

const idsOf = (resources: Resources, type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type);
const propertiesIn = (resources: Resources, id: string) => resources[id]?.Properties ?? {};
const mappingOf = (resources: Resources, id: string) =>
  eventsOf({ Type: '', Properties: propertiesIn(resources, id) }).find(({ Type }) => Type === 'SQS')?.Properties ?? {};

/** `NotifyPeople` of a consumer whose queue is NotifyPeopleQueue. */
const baseOf = (resources: Resources, logicalId: string) => /^(\w+)Queue$/.exec(arnOf(mappingOf(resources, logicalId).Queue) ?? '')?.[1];

/** Whether undelivered records of a stream, or of a rule, go there. */
const isDeadLetters = (resources: Resources, id: string): boolean =>
  id.endsWith('DeadLetters') &&
  JSON.stringify(Object.entries(resources).filter(([other]) => other !== id)).includes(`"Fn::GetAtt":["${id}"`);

function functionFaults(resources: Resources, { logicalId, file, name }: Consumer): string[] {
  const {
    Queue,
    BatchSize,
    FunctionResponseTypes = [],
    ScalingConfig,
    MaximumBatchingWindowInSeconds = 0,
  } = mappingOf(resources, logicalId);
  const base = baseOf(resources, logicalId);
  if (base === undefined)
    return [`${logicalId} needs an event of type SQS with Queue: !GetAtt <…>Queue.Arn, it has ${JSON.stringify(Queue)}`];
  const timeout = Number(propertiesIn(resources, logicalId).Timeout ?? template.Globals.Function.Timeout);
  const visibility = Number(propertiesIn(resources, `${base}Queue`).VisibilityTimeout);
  const concurrency = Number((ScalingConfig as { MaximumConcurrency?: number } | undefined)?.MaximumConcurrency);
  const needed = 6 * timeout + Number(MaximumBatchingWindowInSeconds);
  return [
    ...(name === file ? [] : [`${logicalId}: its claims are named ${name}, they must be named ${file}`]),
    ...((FunctionResponseTypes as string[]).includes('ReportBatchItemFailures')
      ? []
      : [`${logicalId} needs FunctionResponseTypes: [ReportBatchItemFailures], else one failure brings back its whole batch`]),
    ...(concurrency >= 2 ? [] : [`${logicalId} needs ScalingConfig: {MaximumConcurrency: 2 or more}: each run holds a connection`]),
    ...(Number(BatchSize) <= 10 ? [] : [`${logicalId} needs a BatchSize of 10 at most`]),
    ...(visibility >= needed ? [] : [`${base}Queue needs a VisibilityTimeout of ${needed} s, six times the function's time-out`]),
  ];
}

function queueFaults(resources: Resources, base: string): string[] {
  const queue = propertiesIn(resources, `${base}Queue`);
  const dead = propertiesIn(resources, `${base}DeadLetters`);
  if (resources[`${base}Queue`] === undefined || resources[`${base}DeadLetters`] === undefined)
    return [`${base}Queue and ${base}DeadLetters must both be there`];
  const { deadLetterTargetArn, maxReceiveCount } = (queue.RedrivePolicy ?? {}) as {
    deadLetterTargetArn?: unknown;
    maxReceiveCount?: number;
  };
  const name = `kelvo-dev-${kebab(base)}`;
  return [
    ...(arnOf(deadLetterTargetArn) === `${base}DeadLetters` ? [] : [`${base}Queue must give its dead letters to ${base}DeadLetters`]),
    ...(Number(maxReceiveCount) >= 5 ? [] : [`${base}Queue needs a maxReceiveCount of 5 or more, for failures that pass`]),
    ...(Number(dead.MessageRetentionPeriod) === twoWeeks
      ? []
      : [`${base}DeadLetters must keep messages for ${twoWeeks} s, the longest there is`]),
    ...(Number(queue.MessageRetentionPeriod) < twoWeeks ? [] : [`${base}Queue must keep messages for less long than its dead letters`]),
    ...([queue, dead].every(({ SqsManagedSseEnabled }) => valueIn('dev', SqsManagedSseEnabled) === true)
      ? []
      : [`${base}: both queues need SqsManagedSseEnabled`]),
    ...(valueIn('dev', queue.QueueName) === name && valueIn('dev', dead.QueueName) === `${name}-dead-letters`
      ? []
      : [`${base}: its queues must be named ${name} and ${name}-dead-letters in dev`]),
  ];
}

function ruleFaults(resources: Resources, { logicalId, events }: Consumer, declared: EventName[]): string[] {
  const base = baseOf(resources, logicalId);
  const rule = propertiesIn(resources, `${base}Rule`);
  const [target, ...more] = (rule.Targets ?? []) as { Arn?: unknown; DeadLetterConfig?: { Arn?: unknown } }[];
  if (base === undefined || target === undefined || more.length > 0) return [`${logicalId} needs a rule ${base}Rule with one target`];
  const key = ({ source, type }: EventName) => `${source} ${type}`;
  const wanted = new Set(events.map(key));
  // By source and type: what else a rule asks of AWS's events is in their detail.
  const { detail, ...names } = rule.EventPattern as Tree;
  const matches = compilePattern(names, `${base}Rule`);
  const passes = ({ source, type }: EventName) => matches({ source, 'detail-type': type });
  const matched = new Set([...declared, ...events].filter(passes).map(key));
  const ours = events.every(({ source }) => source === 'kelvo');
  return [
    ...(arnOf(target.Arn) === `${base}Queue` ? [] : [`${base}Rule must send to ${base}Queue`]),
    ...(arnOf(target.DeadLetterConfig?.Arn) === `${base}DeadLetters` ? [] : [`${base}Rule needs DeadLetterConfig with ${base}DeadLetters`]),
    ...(!ours || refOf(rule.EventBusName) === 'EventBus' ? [] : [`${base}Rule must be a rule of EventBus`]),
    ...(ours && detail !== undefined ? [`${base}Rule must choose our events by their type alone`] : []),
    ...(ours || (rule.EventBusName === undefined && valueIn('dev', rule.Name) === `kelvo-dev-${kebab(base)}`)
      ? []
      : [`${base}Rule must be a rule of the default bus, and named kelvo-dev-${kebab(base)} in dev, as the policy of the queues has it`]),
    ...[...wanted]
      .filter((event) => !matched.has(event))
      .map((event) => `${base}Rule does not let through ${event}, which ${logicalId} consumes`),
    ...[...matched]
      .filter((event) => !wanted.has(event))
      .map((event) => `${base}Rule lets through ${event}, which ${logicalId} does not consume`),
  ];
}

interface Statement {
  Principal: { Service: string };
  Action: string;
  Resource: string;
  Condition: { ArnLike: Record<string, string[]> };
}

/** One policy covers all queues, and lets in the stage's rules alone: those of its bus, and its own on the default bus. */
function policyFaults(resources: Resources): string[] {
  const [id, ...more] = idsOf(resources, 'AWS::SQS::QueuePolicy');
  if (id === undefined || more.length > 0) return ['There must be one AWS::SQS::QueuePolicy'];
  const { Queues, PolicyDocument } = valueIn('dev', propertiesIn(resources, id)) as {
    Queues: string[];
    PolicyDocument: { Statement: Statement[] };
  };
  const queues = idsOf(resources, 'AWS::SQS::Queue');
  const arns = 'arn:aws:sqs:us-east-1:000000000000:kelvo-dev-*';
  const expected: Statement[] = [
    {
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arns,
      Condition: {
        ArnLike: { 'aws:SourceArn': ['/*', '-*'].map((rules) => `arn:aws:events:us-east-1:000000000000:rule/kelvo-dev${rules}`) },
      },
    },
  ];
  const given = PolicyDocument.Statement.map(({ Principal, Action, Resource, Condition }) => ({ Principal, Action, Resource, Condition }));
  return [
    ...queues.filter((queue) => !Queues.includes(queue)).map((queue) => `${id} must have ${queue} among its Queues`),
    ...(JSON.stringify(given) === JSON.stringify(expected)
      ? []
      : [`${id} must let EventBridge send for the rules of the stage's bus, and nobody else`]),
  ];
}
