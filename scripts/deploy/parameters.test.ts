import { describe, expect, test } from 'vitest';
import { computedNames, resolveParameters, type Sources, valuesOf } from './parameters.ts';
import { partsHere } from './stacks.ts';
import { readTemplate } from './template-file.ts';

const none: Sources = { computed: {}, configuration: {}, outputs: {} };
const template = (parameters: Record<string, { Default?: string | number }>) => ({
  parameters: Object.fromEntries(Object.entries(parameters).map(([name, rest]) => [name, { Type: 'String', ...rest }])),
});

describe('the source of a parameter', () => {
  test('is what deploying found out, whatever else there is', () => {
    const sources = { computed: { Version: 'a1' }, configuration: { Version: 'b' }, outputs: { Version: 'c' } };
    expect(resolveParameters(template({ Version: { Default: 'd' } }), sources).parameters).toEqual({
      Version: { source: 'computed', value: 'a1' },
    });
  });

  test('is the configuration before an output, so that a VPC or a database of one’s own can be named', () => {
    const sources = { ...none, configuration: { SubnetIds: 'subnet-own' }, outputs: { SubnetIds: 'subnet-made' } };
    expect(resolveParameters(template({ SubnetIds: {} }), sources).parameters).toEqual({
      SubnetIds: { source: 'configuration', value: 'subnet-own' },
    });
  });

  test('is an output before the default', () => {
    const sources = { ...none, outputs: { CacheEndpoint: 'cache.example' } };
    expect(resolveParameters(template({ CacheEndpoint: { Default: '' } }), sources).parameters.CacheEndpoint?.value).toBe('cache.example');
  });

  test('is the default last, written out: one that is left out would keep its previous value', () => {
    expect(valuesOf(resolveParameters(template({ Shards: { Default: 1 }, Mail: { Default: '' } }), none))).toEqual({
      Shards: '1',
      Mail: '',
    });
  });

  test('is missing where there is none', () => {
    const resolution = resolveParameters(template({ SubnetIds: {} }), none);
    expect(resolution.missing).toEqual(['SubnetIds']);
    expect(() => valuesOf(resolution)).toThrow('no value for SubnetIds');
  });

  test('is an output that no stack has given yet', () => {
    const resolution = resolveParameters(template({ ApiId: {} }), { ...none, outputs: { ApiId: undefined } });
    expect(resolution.missing).toEqual([]);
    expect(() => valuesOf(resolution)).toThrow('no value for ApiId');
  });
});

describe('the templates of a stage', () => {
  const parts = partsHere();
  const templates = parts.map((part) => ({ ...part, ...readTemplate(part.template) }));

  test('have no parameter without a source', () => {
    const computed = Object.fromEntries(computedNames.map((name) => [name, 'x']));
    const outputs: Record<string, string> = {};
    const faults = templates.flatMap((each) => {
      const { missing } = resolveParameters(each, { computed, configuration: {}, outputs });
      for (const name of each.outputs) outputs[name] = 'x';
      return missing.map((name) => `${each.file} has a parameter ${name}: give it a default, or let an earlier stack have it as an output`);
    });
    expect(faults).toEqual([]);
  });

  test('agree about the default of a parameter that several have', () => {
    const defaults = new Map<string, string>();
    const outputs = new Set(templates.flatMap((each) => each.outputs));
    const faults = templates.flatMap(({ file, parameters }) =>
      Object.entries(parameters).flatMap(([name, { Default }]) => {
        if (Default === undefined || outputs.has(name) || computedNames.some((computed) => computed === name)) return [];
        const before = defaults.get(name) ?? String(Default);
        defaults.set(name, before);
        return before === String(Default) ? [] : [`${file} has ${name} ${Default}, an earlier template ${before}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  test('each have an output of a name that no other has', () => {
    const names = templates.flatMap((each) => each.outputs);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test('say their stage, so that two can stand in one account', () => {
    expect(templates.filter(({ parameters }) => parameters.Stage === undefined).map(({ file }) => file)).toEqual([]);
  });
});
