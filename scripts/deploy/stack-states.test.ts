import { StackStatus } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { nextFor, remedyFor, succeeded } from './stack-states.ts';

test.each([
  [undefined, 'create'],
  ['DELETE_COMPLETE', 'create'],
  ['CREATE_COMPLETE', 'update'],
  ['UPDATE_COMPLETE', 'update'],
  ['UPDATE_ROLLBACK_COMPLETE', 'update'],
  ['CREATE_IN_PROGRESS', 'wait'],
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'wait'],
  ['UPDATE_ROLLBACK_IN_PROGRESS', 'wait'],
  ['DELETE_IN_PROGRESS', 'wait'],
  ['ROLLBACK_IN_PROGRESS', 'wait'],
  ['REVIEW_IN_PROGRESS', 'recreate'],
  ['ROLLBACK_COMPLETE', 'recreate'],
  ['ROLLBACK_FAILED', 'recreate'],
  ['DELETE_FAILED', 'recreate'],
  ['UPDATE_ROLLBACK_FAILED', 'continue-rollback'],
])('a stack in %s: %s', (state, next) => {
  expect(nextFor(state)).toBe(next);
});

test('every state that CloudFormation has is known', () => {
  // Nothing here imports resources, so nobody would know what to do about a half import.
  for (const state of Object.values(StackStatus).filter((each) => each !== 'IMPORT_ROLLBACK_FAILED'))
    expect(() => nextFor(state)).not.toThrow();
  expect(() => nextFor('IMPORT_ROLLBACK_FAILED')).toThrow('IMPORT_ROLLBACK_FAILED');
  expect(() => nextFor('UPDATE_PAUSED')).toThrow('UPDATE_PAUSED');
});

test('a state that is not simply fine is explained, another is not', () => {
  expect(remedyFor('ROLLBACK_COMPLETE')).toContain('never stood');
  expect(remedyFor('UPDATE_IN_PROGRESS')).toContain('waiting');
  expect(remedyFor('UPDATE_ROLLBACK_FAILED')).toContain('trying that again');
  expect(remedyFor('UPDATE_ROLLBACK_COMPLETE')).toBeUndefined();
  expect(remedyFor(undefined)).toBeUndefined();
});

test('going back to the version before is no success', () => {
  expect(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'].every(succeeded)).toBe(true);
  expect(['UPDATE_ROLLBACK_COMPLETE', 'ROLLBACK_COMPLETE', 'CREATE_FAILED', 'DELETE_FAILED'].some(succeeded)).toBe(false);
});
