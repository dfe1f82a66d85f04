import type { ReactNode } from 'react';
import { Alert } from '../../components/alert.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { isProblem } from '../../lib/problem.ts';

interface AccountRefusalProps {
  error: unknown;
  /** What is said at a field need not be said twice. */
  atField: boolean;
  /** A way out, for an address that has an account. */
  onTaken?: ReactNode;
}

/** Why signing in, registering or a change of the account did not work. */
export function AccountRefusal({ error, atField, onTaken }: AccountRefusalProps) {
  if (!error) return null;
  if (isProblem(error, 'wrong-credentials')) {
    return (
      <Alert tone="danger" title="That did not match">
        Please check your e-mail address and password.
      </Alert>
    );
  }
  if (isProblem(error, 'too-many-attempts')) {
    return (
      <Alert tone="warn" title="Too many tries">
        To keep accounts safe, please wait {waitOf(error.retryAfter)} and try again.
      </Alert>
    );
  }
  if (isProblem(error, 'email-taken')) {
    return (
      <Alert tone="danger" title="There is an account with this e-mail address" actions={onTaken}>
        Is it yours? Then please sign in.
      </Alert>
    );
  }
  if (atField) return <Alert tone="danger" title="Please check the marked fields" />;
  return <ProblemNote error={error} />;
}

/** "40 seconds", "12 minutes": as the server asks. */
function waitOf(seconds: number | undefined): string {
  if (seconds === undefined) return 'a few minutes';
  if (seconds < 90) return `${seconds} second${seconds === 1 ? '' : 's'}`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
