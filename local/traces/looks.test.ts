import { expect, it } from 'vitest';
import { lookOf } from '#functions/demo/lib/look.ts';
import { faultNames } from '#platform/faults/fault-names.ts';
import { readFilter } from './filter.ts';

it.each(faultNames)('the traces of %s are asked for by filters that the list has', (name) => {
  const { traces } = lookOf(name, { local: 'http://localhost:3000' });
  const { pathname, searchParams } = new URL(traces ?? '');
  expect(pathname).toBe('/_local/traces');
  expect([...searchParams.keys()].length).toBeGreaterThan(0);
  expect(() => readFilter(searchParams, new Date())).not.toThrow();
});
