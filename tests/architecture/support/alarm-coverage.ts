import type { Alarm } from '../../../scripts/alarms/alarm.ts';
import { eventsOf, type Resource, valueIn } from './template.ts';

/** What of the template has no alarm, and which alarms are of queues, functions or streams that it does not have. */
export function coverageFaults(resources: Record<string, Resource>, alarms: readonly Alarm[]): string[] {
  const ofType = (type: string) => Object.values(resources).filter(({ Type }) => Type === type);
  const namesOf = (found: Resource[], property: string) => found.map(({ Properties = {} }) => String(valueIn('dev', Properties[property])));
  const queues = namesOf(ofType('AWS::SQS::Queue'), 'QueueName');
  const functions = ofType('AWS::Serverless::Function');
  const startedBy = (type: string) =>
    namesOf(
      functions.filter((resource) => eventsOf(resource).some(({ Type }) => Type === type)),
      'FunctionName',
    );
  const wanted = [
    ...queues.map((name) => ({
      name,
      metric: name.endsWith('-dead-letters') ? 'ApproximateNumberOfMessagesVisible' : 'ApproximateAgeOfOldestMessage',
    })),
    // Nobody is woken because a fault on purpose does not come: what a demonstration needs has no alarm.
    ...startedBy('ScheduleV2')
      .filter((name) => !name.includes('-demo-'))
      .flatMap((name) => [
        { name, metric: 'Invocations' },
        { name, metric: 'Errors' },
      ]),
    ...startedBy('Kinesis').map((name) => ({ name, metric: 'IteratorAge' })),
    ...namesOf(ofType('AWS::Kinesis::Stream'), 'Name').map((name) => ({ name, metric: 'WriteProvisionedThroughputExceeded' })),
  ];
  const watched = alarms.flatMap(({ name: alarm, metrics }) =>
    metrics.flatMap(({ name: metric, dimensions: { QueueName, FunctionName, StreamName } }) => {
      const name = QueueName ?? FunctionName ?? StreamName;
      return name === undefined ? [] : [{ alarm, metric, name }];
    }),
  );
  const there = new Set([...queues, ...namesOf(functions, 'FunctionName'), ...namesOf(ofType('AWS::Kinesis::Stream'), 'Name')]);
  return [
    ...wanted
      .filter(({ name, metric }) => !watched.some((one) => one.name === name && one.metric === metric))
      .map(({ name, metric }) => `${name} has no alarm on ${metric}`),
    ...watched.filter(({ name }) => !there.has(name)).map(({ alarm, name }) => `${alarm} is of ${name}, which template.yaml does not have`),
  ];
}
