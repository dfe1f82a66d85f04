import { expect, test } from 'vitest';
import { isLogGroupOf, isSnapshotOf } from './leftovers.ts';

test.each([
  '/kelvo/dev/functions/orders',
  '/aws/lambda/rumshop-orders-place-order-dev',
  '/aws/lambda/kelvo-dev-close-default-group',
  '/aws/rds/proxy/kelvo-dev',
  '/aws/rds/instance/kelvo-dev-data-database-1a2b/postgresql',
  'aws-waf-logs-kelvo-dev',
])('%s is a log group of dev, and of no other stage', (name) => {
  expect(isLogGroupOf('dev', name)).toBe(true);
  expect(isLogGroupOf('prod', name)).toBe(false);
  expect(isLogGroupOf('staging', name)).toBe(false);
});

test.each([
  '/aws/lambda/other-shop-dev',
  '/kelvo/development/x',
  '/aws/rds/instance/kelvo-devel/postgresql',
  '/aws/lambda/kelvo-dev2',
  'kelvo-dev',
])('%s is of none', (name) => {
  expect(isLogGroupOf('dev', name)).toBe(false);
});

test('functions of prod have no stage in their names', () => {
  expect(isLogGroupOf('prod', '/aws/lambda/rumshop-orders-place-order')).toBe(true);
  expect(isLogGroupOf('dev', '/aws/lambda/rumshop-orders-place-order')).toBe(false);
});

test('only snapshots of the stage’s own database are its', () => {
  expect(isSnapshotOf('dev', 'kelvo-dev-data-snapshot-database-1abc')).toBe(true);
  expect(isSnapshotOf('dev', 'before-the-migration')).toBe(false);
  expect(isSnapshotOf('dev', 'kelvo-prod-data-snapshot-database-1abc')).toBe(false);
});
