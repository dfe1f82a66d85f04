import type { Change } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { addressLines, costLines, planLines, type StackPlan, some } from './plan-text.ts';

const plan = (over: Partial<StackPlan>): StackPlan => ({
  name: 'kelvo-dev',
  about: 'API',
  kind: 'update',
  differs: [],
  changes: [],
  resources: 3,
  ...over,
});
const change = (id: string, Action: 'Add' | 'Modify' | 'Remove', Replacement?: 'True' | 'False'): Change => ({
  ResourceChange: { LogicalResourceId: id, Action, Replacement },
});

test('a plan has a line a stack: created, unchanged, or what changes', () => {
  const lines = planLines([
    plan({ name: 'kelvo-dev-data', kind: 'create' }),
    plan({ kind: 'none' }),
    plan({ differs: ['Sizing', 'Egress'] }),
  ]);
  expect(lines).toEqual([
    '  kelvo-dev-data  is created: API, 3 resources in its template',
    '  kelvo-dev       no changes',
    '  kelvo-dev       changes Sizing, Egress',
  ]);
});

test('what is replaced or removed is named, since its data goes with it', () => {
  const changes = [change('A', 'Add'), change('B', 'Modify', 'False'), change('Database', 'Modify', 'True'), change('Old', 'Remove')];
  expect(planLines([plan({ changes })])).toEqual(['  kelvo-dev  1 to add, 1 to change, 1 to REPLACE (Database), 1 to REMOVE (Old)']);
});

test('what is done about a state comes first', () => {
  expect(planLines([plan({ kind: 'create', remedy: 'ROLLBACK_COMPLETE: deleted' })])[0]).toContain(
    'ROLLBACK_COMPLETE: deleted; is created',
  );
});

test('many names are cut short', () => {
  expect(some(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  expect(some(['a', 'b'], 2)).toBe('a, b');
});

test('the cost has its sum and every item', () => {
  expect(
    costLines([
      { item: 'database', monthly: 13.98 },
      { item: 'proxy', monthly: 21.9 },
    ]),
  ).toEqual(['Without traffic it costs about 35.88 USD a month (list prices of us-east-1):', '   13.98  database', '   21.90  proxy']);
});

test('a deploy ends with the addresses to go on from; a stage without alarms has no dashboards', () => {
  const at = { url: 'https://d1.cloudfront.net', region: 'eu-west-1' };
  expect(addressLines({ ...at, dashboards: ['kelvo-dev-operations'] })).toEqual([
    '  shop       https://d1.cloudfront.net',
    '  API        https://d1.cloudfront.net/docs',
    '  dashboard  https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/kelvo-dev-operations',
  ]);
  expect(addressLines({ ...at, dashboards: [] })).toHaveLength(2);
});
