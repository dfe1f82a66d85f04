import { expect, test } from 'vitest';
import { parts, partsHere, partsOf, stackName, tagsOf } from './stacks.ts';

const names = (list: readonly { part: string }[]) => list.map(({ part }) => part);

test('a stack comes after those whose outputs it needs', () => {
  const order = names(parts);
  const before = (a: string, b: string) => expect(order.indexOf(a), `${a} before ${b}`).toBeLessThan(order.indexOf(b));
  before('artifacts', 'app');
  before('network', 'data');
  before('recovery-region', 'data');
  before('data', 'app');
  before('app', 'edge');
  before('edge', 'observability');
  before('data', 'recovery');
});

test('the second region has a stack only where the stage names one, and there', () => {
  expect(names(partsOf(parts, {}))).not.toContain('recovery-region');
  expect(partsOf(parts, { RecoveryRegion: 'eu-west-1' }).find(({ part }) => part === 'recovery-region')?.region).toBe('eu-west-1');
});

test('the edge is in us-east-1, where CloudFront takes certificates and web ACLs from', () => {
  expect(partsHere().find(({ part }) => part === 'edge')?.region).toBe('us-east-1');
});

test('stacks and tags carry the stage', () => {
  expect(stackName('app', 'dev')).toBe('kelvo-dev');
  expect(stackName('data', 'prod')).toBe('kelvo-prod-data');
  expect(tagsOf('staging')).toEqual({ application: 'kelvo', stage: 'staging' });
});
