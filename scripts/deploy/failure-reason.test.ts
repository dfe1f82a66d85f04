import { expect, test } from 'vitest';
import { failureReason, plainReason } from './failure-reason.ts';

const id = 'arn:aws:cloudformation:us-east-1:123456789012:stack/kelvo-dev/1';
const ofStack = (ResourceStatus: string) => ({ LogicalResourceId: 'kelvo-dev', PhysicalResourceId: id, StackId: id, ResourceStatus });
const of = (LogicalResourceId: string, ResourceStatus: string, ResourceStatusReason?: string) => ({
  LogicalResourceId,
  PhysicalResourceId: `kelvo-${LogicalResourceId}`,
  StackId: id,
  ResourceType: 'AWS::Lambda::Function',
  ResourceStatus,
  ResourceStatusReason,
});

test('the first failed resource of the last operation is named, not those that were stopped because of it', () => {
  // Newest first, as CloudFormation gives them.
  const events = [
    ofStack('UPDATE_ROLLBACK_COMPLETE'),
    of(
      'Migration',
      'UPDATE_FAILED',
      'Received response status [FAILED] from custom resource. Message returned: 0030 failed: division by zero (RequestId: 1-2)',
    ),
    of('OrdersPlaceOrder', 'UPDATE_FAILED', 'Resource update cancelled'),
    ofStack('UPDATE_IN_PROGRESS'),
    ofStack('CREATE_COMPLETE'),
    of('Older', 'CREATE_FAILED', 'of an operation before'),
    ofStack('CREATE_IN_PROGRESS'),
  ];
  expect(failureReason(events)).toBe('Migration (AWS::Lambda::Function): 0030 failed: division by zero');
});

test('an operation in which nothing failed has no reason, though one before it did', () => {
  const events = [
    ofStack('UPDATE_COMPLETE'),
    ofStack('UPDATE_IN_PROGRESS'),
    of('Older', 'UPDATE_FAILED', 'before'),
    ofStack('CREATE_IN_PROGRESS'),
  ];
  expect(failureReason(events)).toBeUndefined();
});

test('where all were stopped, the first of them is better than nothing', () => {
  expect(failureReason([of('B', 'CREATE_FAILED', 'Resource creation cancelled'), ofStack('CREATE_IN_PROGRESS')])).toContain('B (');
});

test.each([
  [
    'Resource handler returned message: "Instance class db.x is unknown." (RequestToken: 1a-2b, HandlerErrorCode: InvalidRequest)',
    'Instance class db.x is unknown.',
  ],
  ['The role is too long (Service: Iam, Status Code: 400, Request ID: 1-2)', 'The role is too long'],
  ['Resource handler returned message: "A "quoted" word"', 'A "quoted" word'],
  ['Bucket (the old one) is not empty', 'Bucket (the old one) is not empty'],
  ['', 'AWS gives no reason'],
  [undefined, 'AWS gives no reason'],
])('%s reads: %s', (reason, plain) => {
  expect(plainReason(reason)).toBe(plain);
});
