import { expect, it } from 'vitest';
import { resourceOf } from './resource.ts';

const run = {
  functionName: 'rumshop-orders-place-order-dev',
  functionVersion: '7',
  awsRequestId: 'a',
  memoryLimitInMB: '512',
  logGroupName: '/kelvo/dev/functions/orders',
  logStreamName: '2026/11/26/[7]abc',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:rumshop-orders-place-order-dev',
};
const where = { stage: 'dev', version: '1.2', region: 'eu-west-1' };

it('a function on Lambda says what it is and where it runs', () => {
  expect(resourceOf(run, where)).toMatchObject({
    'service.name': 'rum-shop-order-service',
    'service.version': '1.2',
    'deployment.environment.name': 'dev',
    'faas.name': run.functionName,
    'faas.version': '7',
    'faas.max_memory': 536_870_912,
    'cloud.provider': 'aws',
    'cloud.platform': 'aws_lambda',
    'cloud.region': 'eu-west-1',
    'cloud.account.id': '123456789012',
    'aws.log.group.names': [run.logGroupName],
  });
});

it('elsewhere it claims nothing of a cloud', () => {
  const names = Object.keys(resourceOf(run, { ...where, region: undefined }));
  expect(names.filter((name) => /^(cloud|aws)/.test(name))).toEqual([]);
});

it('an emulator that leaves parts of an invocation out fails nothing', () => {
  expect(resourceOf({ functionName: run.functionName, awsRequestId: 'a' }, where)).toMatchObject({ 'faas.name': run.functionName });
});
