/** What to do with a stack, by the state that CloudFormation says it is in. */

/**
 * - `create`: there is none
 * - `update`: it stands, and takes a change
 * - `wait`: something is under way, started by an earlier run or somebody else
 * - `recreate`: it never stood, or is half deleted: what is left of it is deleted, then it is created
 * - `continue-rollback`: going back to the version before did not work, and has to before anything else
 */
export type Next = 'create' | 'update' | 'wait' | 'recreate' | 'continue-rollback';

const settled: Record<string, Next> = {
  CREATE_COMPLETE: 'update',
  UPDATE_COMPLETE: 'update',
  UPDATE_FAILED: 'update',
  UPDATE_ROLLBACK_COMPLETE: 'update',
  IMPORT_COMPLETE: 'update',
  IMPORT_ROLLBACK_COMPLETE: 'update',
  UPDATE_ROLLBACK_FAILED: 'continue-rollback',
  // A change set for a new stack that nobody carried out: an empty stack.
  REVIEW_IN_PROGRESS: 'recreate',
  CREATE_FAILED: 'recreate',
  ROLLBACK_COMPLETE: 'recreate',
  ROLLBACK_FAILED: 'recreate',
  DELETE_FAILED: 'recreate',
  DELETE_COMPLETE: 'create',
};

/** @param state `StackStatus`; undefined: there is no such stack. @throws Error on a state that CloudFormation did not have when this was written */
export function nextFor(state: string | undefined): Next {
  if (state === undefined) return 'create';
  const next = settled[state] ?? (state.endsWith('_IN_PROGRESS') ? 'wait' : undefined);
  if (next === undefined) throw new Error(`a stack is in the state ${state}, which is not known here: bring it out of that by hand first`);
  return next;
}

/** Whether an operation that has ended did what it was to do: `UPDATE_COMPLETE` did, `UPDATE_ROLLBACK_COMPLETE` went back to what was before. */
export const succeeded = (state: string): boolean => /^(CREATE|UPDATE|DELETE)_COMPLETE$/.test(state);

const remedies: Record<Exclude<Next, 'create' | 'update'>, string> = {
  wait: 'something is under way: waiting for its end',
  recreate: 'it never stood, or is half deleted: what is left is deleted, then it is created',
  'continue-rollback': 'going back to the version before has failed: trying that again first',
};

/** What is done about a state that is not simply fine, for people; undefined: it is. */
export function remedyFor(state: string | undefined): string | undefined {
  const next = nextFor(state);
  return next === 'create' || next === 'update' ? undefined : `${state}: ${remedies[next]}`;
}
