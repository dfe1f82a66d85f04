import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EventFile, eventNames, faultsOf, readEventFile } from '#local/replay/event-files.ts';
import { isSuccess } from '#local/replay/expectation.ts';
import { localVariables, readLocalStack } from '#local/values.ts';
import { functionFiles, root } from '../../scripts/function-files.ts';
import { unitVariables } from '../support/variables.ts';
import { propertiesOf, templateFile, templateFunctions, valueIn } from './support/template.ts';

const folder = join(root, 'events');
const files = eventNames(folder).map((name) => readEventFile(folder, name));
const { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY } = unitVariables;
const secrets = { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY };
const local = localVariables({ databaseUrl: 'postgresql:', redisUrl: null, gatewayPort: 0, secrets });
const { functions, template } = readLocalStack(templateFile, local, {});

describe('every function of the template has replayable events', () => {
  const without = (wanted: (file: EventFile) => boolean) =>
    functionFiles()
      .filter(({ logicalId }) => templateFunctions[logicalId] !== undefined)
      .filter(({ logicalId }) => !files.some((file) => file.expectation.function === logicalId && wanted(file)))
      .map(({ domain, verbNoun, logicalId }) => `${logicalId}: add events/${domain}/${verbNoun}….json with its .expect.json`);

  // What takes all other paths can only refuse: it has its 404, and its 405.
  test('one at least with which it does its work', () => {
    expect(without((file) => isSuccess(file.expectation) || file.expectation.function === 'OpsFallback')).toEqual([]);
  });

  // What every route refuses alike, tests/replay/replay.test.ts makes from the contracts.
  test('one at least that it refuses, where it has no route', () => {
    const routed = new Set(functions.filter(({ routes }) => routes.length > 0).map(({ logicalId }) => logicalId));
    expect(without(({ expectation }) => routed.has(expectation.function) || !isSuccess(expectation))).toEqual([]);
  });
});

test('every event is one that AWS would give to the function that it is for', () => {
  expect(files.flatMap((file) => faultsOf(file, functions))).toEqual([]);
});

interface QueueOrStreamRecord {
  eventSource?: string;
  eventSourceARN?: string;
  messageId?: string;
  body?: string;
  kinesis?: { sequenceNumber?: string; data?: string };
}

test('every record is of the queue or stream that its function reads, and no batch is larger than it takes', () => {
  const { queueReaders, streamReaders } = template.events;
  const sources = [
    ...queueReaders.map((reader) => ({
      ...reader,
      service: 'sqs',
      resource: String(valueIn('local', propertiesOf(reader.queue).QueueName)),
    })),
    ...streamReaders.map((reader) => ({
      ...reader,
      service: 'kinesis',
      resource: `stream/${valueIn('local', propertiesOf(reader.stream).Name)}`,
    })),
  ];
  expect(sources.length).toBeGreaterThan(0);
  const faults = files.flatMap(({ name, event, expectation }) => {
    const source = sources.find(({ functionId }) => functionId === expectation.function);
    if (source === undefined) return [];
    const { Records = [] } = event as { Records?: QueueOrStreamRecord[] };
    const { service, resource, batchSize } = source;
    const arn = `arn:aws:${service}:us-east-1:000000000000:${resource}`;
    const whole = ({ messageId, body, kinesis }: QueueOrStreamRecord) =>
      service === 'sqs'
        ? messageId !== undefined && body !== undefined
        : kinesis?.sequenceNumber !== undefined && kinesis.data !== undefined;
    return [
      // The last call of a window brings no records.
      ...(Records.length > batchSize || (Records.length === 0 && service === 'sqs')
        ? [`events/${name} has ${Records.length} records`]
        : []),
      ...Records.filter((record) => record.eventSource !== `aws:${service}` || record.eventSourceARN !== arn || !whole(record)).map(
        () => `events/${name}: a record comes from aws:${service}, ${arn}, and has an id and a body`,
      ),
    ];
  });
  expect(faults).toEqual([]);
});

test('an event is called by its function, and what is special about it', () => {
  const called = new Map(functionFiles().map(({ domain, verbNoun, logicalId }) => [logicalId, `${domain}/${verbNoun}`]));
  const faults = files
    .filter(({ name, expectation }) => !new RegExp(`^${called.get(expectation.function)}(\\.[a-z0-9-]+)?\\.json$`).test(name))
    .map(
      ({ name, expectation }) =>
        `events/${name} is for ${expectation.function}: its name must begin with ${called.get(expectation.function)}`,
    );
  expect(faults).toEqual([]);
});

test('what is given to an event is an event, and no circle leads back to it', () => {
  const givenOf = (name: string) =>
    (files.find((file) => file.name === name)?.expectation.given ?? []).filter((step): step is string => typeof step === 'string');
  const reaches = (from: string, name: string, seen: string[] = []): boolean =>
    givenOf(from).some((next) => next === name || (!seen.includes(next) && reaches(next, name, [...seen, next])));
  expect([
    ...files.flatMap(({ name }) =>
      givenOf(name)
        .filter((step) => !existsSync(join(folder, step)))
        .map((step) => `events/${name}: no ${step}`),
    ),
    ...files.filter(({ name }) => reaches(name, name)).map(({ name }) => `events/${name} comes before itself`),
  ]).toEqual([]);
});

test('every expectation has its event', () => {
  const names = new Set(files.map(({ name }) => name));
  const expectations = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.expect.json'));
  expect(expectations.filter((name) => !names.has(name.replace('.expect.json', '.json')))).toEqual([]);
});
