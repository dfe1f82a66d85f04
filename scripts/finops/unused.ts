/** What is there and serves nobody, as far as templates and logs tell. What only an account knows is a list of commands in docs/finops.md. */
import { triggersOf } from './cost-items.ts';
import type { StageResource, StageResources } from './stage-resources.ts';

const idOf = (arn: unknown) => String(arn).split(':').at(-1) ?? '';
const isOff = (value: unknown) => value === false || value === 'DISABLED';

/**
 * @param named functions that the logs name; undefined where there are no logs
 * @returns one sentence each
 */
export function unusedOf({ resources }: StageResources, named: ReadonlySet<string> | undefined): string[] {
  const ofType = (type: string): StageResource[] => resources.filter(({ Type }) => Type === type);
  const functions = ofType('AWS::Serverless::Function');
  const text = JSON.stringify(resources);
  const queues = ofType('AWS::SQS::Queue');
  const triggers = functions.flatMap(triggersOf);
  const deadLetters = new Set(
    [...text.matchAll(/"(?:deadLetterTargetArn|Destination)":"([^"]+)"|"DeadLetterConfig":\{"Arn":"([^"]+)"/g)].map(([, a, b]) =>
      idOf(a ?? b),
    ),
  );
  const readers = triggers.filter(({ Type }) => Type === 'SQS');
  const unread = queues
    .filter(({ id }) => !deadLetters.has(id))
    .flatMap(({ id }) => {
      const reader = readers.find(({ Properties }) => idOf(Properties.Queue) === id);
      if (reader === undefined) return [`The queue ${id} has no consumer.`];
      return isOff(reader.Properties.Enabled) ? [`The queue ${id} has a consumer that is switched off.`] : [];
    });
  const off = ofType('AWS::Events::Rule').filter(({ Properties }) => isOff(Properties.State));
  const streams = ofType('AWS::Kinesis::Stream').filter(
    ({ id }) => !triggers.some(({ Type, Properties }) => Type === 'Kinesis' && idOf(Properties.Stream) === id),
  );
  const groups = ofType('AWS::Logs::LogGroup').filter(
    ({ part, id }) => part === 'app' && !text.includes(`"LogGroup":"${id}"`) && !text.includes(`:${id}"`),
  );
  const silent = named === undefined ? [] : functions.filter(({ Properties }) => !named.has(String(Properties.FunctionName)));
  return [
    ...unread,
    ...off.map(({ id }) => `The rule ${id} is switched off.`),
    ...streams.map(({ id }) => `The stream ${id} has no reader.`),
    ...groups.map(({ id }) => `The log group ${id} is nobody's.`),
    ...silent.map(({ Properties }) => `The function ${Properties.FunctionName} is not named in the logs.`),
  ];
}
