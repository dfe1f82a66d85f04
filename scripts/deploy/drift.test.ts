import { expect, test } from 'vitest';
import { driftLines, type PropertyDrift } from './drift.ts';

const lambda = 'AWS::Lambda::Function';
const modified = (ResourceType: string, ...PropertyDifferences: PropertyDrift[]) => ({
  LogicalResourceId: 'X',
  ResourceType,
  StackResourceDriftStatus: 'MODIFIED',
  PropertyDifferences,
});
const added = (PropertyPath: string, ActualValue = '') => ({ PropertyPath, ActualValue, DifferenceType: 'ADD' });
const changed = (PropertyPath: string, ActualValue = '') => ({ PropertyPath, ActualValue, DifferenceType: 'NOT_EQUAL' });
const lines = (isInstrumented: boolean, ...drifts: Parameters<typeof driftLines>[0]) => driftLines(drifts, { isInstrumented });

const byInstrumenter = modified(
  lambda,
  added('/Layers/1', 'arn:aws:lambda:us-east-1:464622532012:layer:Datadog-Node24-x:130'),
  added('/Layers/2', 'arn:aws:lambda:us-east-1:464622532012:layer:Datadog-Extension-ARM:90'),
  changed('/Handler', '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler'),
  added('/Environment/Variables/DD_API_KEY', 'x'),
  added('/Environment/Variables/DD_LAMBDA_HANDLER', 'index.handler'),
  added('/Tags/3', '{"Key":"dd_sls_remote_instrumenter_version","Value":"1.8.0"}'),
);

test('what Datadog’s instrumenter sets is no drift where it is expected', () => {
  expect(lines(true, byInstrumenter)).toEqual([]);
});

test('it is drift where it is not expected', () => {
  expect(lines(false, byInstrumenter)).toHaveLength(6);
});

test.each([
  ['somebody else’s layer', added('/Layers/1', 'arn:aws:lambda:us-east-1:111111111111:layer:spy:1'), '/Layers/1 was added'],
  ['another handler', changed('/Handler', 'evil.handler'), '/Handler was changed'],
  ['a variable of ours', changed('/Environment/Variables/DATABASE_URL', 'postgresql://elsewhere'), 'DATABASE_URL was changed'],
  ['a variable that nobody knows', added('/Environment/Variables/NODE_OPTIONS', '--require=x'), 'NODE_OPTIONS was added'],
  ['more time', changed('/Timeout', '900'), '/Timeout was changed'],
])('%s is drift', (_, difference, said) => {
  expect(lines(true, modified(lambda, difference))).toEqual([
    `X (${lambda}): ${said.startsWith('/') ? said : `/Environment/Variables/${said}`}`,
  ]);
});

test('what AWS was told to change by itself is none', () => {
  const drifts = [
    modified('AWS::RDS::DBInstance', changed('/AllocatedStorage', '25'), changed('/EngineVersion', '16.15')),
    modified('AWS::Lambda::Alias', changed('/ProvisionedConcurrencyConfig/ProvisionedConcurrentExecutions', '7')),
  ];
  expect(lines(true, ...drifts)).toEqual([]);
  expect(lines(true, modified('AWS::RDS::DBInstance', changed('/PubliclyAccessible', 'true')))).toEqual([
    'X (AWS::RDS::DBInstance): /PubliclyAccessible was changed',
  ]);
});

test('a deleted resource is drift, one that is as it should be is not, and no value is shown', () => {
  const drifts = [
    { LogicalResourceId: 'Q', ResourceType: 'AWS::SQS::Queue', StackResourceDriftStatus: 'DELETED' },
    { LogicalResourceId: 'R', ResourceType: 'AWS::SQS::Queue', StackResourceDriftStatus: 'IN_SYNC' },
  ];
  expect(lines(true, ...drifts)).toEqual(['Q (AWS::SQS::Queue) was deleted']);
  expect(lines(true, modified(lambda, changed('/Environment/Variables/SMTP_URL', 'smtp://user:password@host'))).join()).not.toContain(
    'password',
  );
});
