import { isProblem } from '../lib/problem.ts';
import { Alert } from './alert.tsx';
import { Button } from './button.tsx';

/** Explains an error in plain text, with a button to try again where that can help. Never shows a raw error. */
export function ProblemNote({ error, onRetry, pending = false }: { error: unknown; onRetry?: () => void; pending?: boolean }) {
  const passing = !isProblem(error) || error.passing;
  return (
    <Alert
      tone={passing ? 'warn' : 'danger'}
      title={titleOf(error)}
      actions={
        onRetry &&
        passing && (
          <Button look="secondary" pending={pending} onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {wordsOf(error)}
    </Alert>
  );
}

function titleOf(error: unknown): string {
  if (!isProblem(error)) return 'Something went wrong';
  if (error.status === 0) return 'No connection';
  if (error.status === 429) return 'One moment, please';
  if (error.status >= 500) return 'The shop needs a moment';
  return 'That did not work';
}

function wordsOf(error: unknown): string {
  if (!isProblem(error)) return 'Please try again.';
  if (error.status === 429) {
    const wait = error.retryAfter === undefined ? 'a moment' : `${error.retryAfter} second${error.retryAfter === 1 ? '' : 's'}`;
    return `The shop is very busy. Please wait ${wait} and try again. Nothing is lost.`;
  }
  if (error.status >= 500) return 'We are having trouble on our side. Nothing is lost: please try again in a moment.';
  return error.message;
}
