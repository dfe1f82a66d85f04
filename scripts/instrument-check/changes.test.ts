import { describe, expect, test } from 'vitest';
import { addedVariables, datadogHandler, updateFaults } from './changes.ts';

const configuration = {
  ...{
    FunctionName: 'f',
    FunctionArn: 'arn:f',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Architectures: ['arm64'],
    MemorySize: 512,
  },
  Layers: [{ Arn: 'arn:layer:kelvo-runtime:1' }],
  Environment: { Variables: { STAGE: 'dev', DD_SERVICE: 'rum-shop-cart' } },
};
const variables = { ...configuration.Environment.Variables, DD_LAMBDA_HANDLER: 'index.handler', DD_SITE: 'datadoghq.com' };
const update = (more: Record<string, string> = {}) => ({
  Handler: datadogHandler,
  Layers: [
    'arn:layer:kelvo-runtime:1',
    'arn:aws:lambda:us-east-1:1:layer:Datadog-Node24-x:1',
    'arn:aws:lambda:us-east-1:1:layer:Datadog-Extension-ARM:1',
  ],
  Environment: { Variables: { ...variables, ...more } },
});

describe('instrumenting a function', () => {
  test('adds what it adds, and holds', () => {
    expect(updateFaults(configuration, update())).toEqual([]);
    expect(Object.keys(addedVariables(configuration, update()))).toEqual(['DD_LAMBDA_HANDLER', 'DD_SITE']);
  });

  test.each([
    ['passes it over', undefined, 'f is passed over'],
    ['leaves its handler', { ...update(), Handler: 'index.handler' }, 'f: its handler becomes index.handler'],
    ['forgets its handler', update({ DD_LAMBDA_HANDLER: '' }), "f: Datadog's handler hands over to "],
    ['changes its service', update({ DD_SERVICE: 'other' }), 'f loses DD_SERVICE, or gets another'],
    ['takes its drivers', { ...update(), Layers: update().Layers.slice(1) }, 'f loses the layer arn:layer:kelvo-runtime:1'],
    ['adds no tracer', { ...update(), Layers: update().Layers.slice(0, 1) }, 'f gets the layers '],
    ['adds too much', update({ DD_TAGS: 'x'.repeat(4_096) }), 'bytes of variables then, 4096 are allowed'],
  ])('has a fault where it %s', (_, given, fault) => {
    expect(updateFaults(configuration, given).join()).toContain(fault);
  });
});
