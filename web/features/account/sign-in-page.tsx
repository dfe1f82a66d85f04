import { Link, Navigate, useSearchParams } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { signIn, useSession } from '../../lib/session.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useSingleMutation } from '../../lib/use-single-mutation.ts';
import { AccountRefusal } from './account-refusal.tsx';
import { emailFault } from './faults.ts';
import { nextPage } from './next-page.ts';
import './account.css';

/** /sign-in: leads on to `?next=` once somebody is signed in, here or in another tab. */
export function SignInPage() {
  usePageTitle('Sign in');
  const session = useSession();
  const [params] = useSearchParams();
  if (session.status === 'restoring') return <Loading label="One moment" />;
  if (session.status === 'signed-in') return <Navigate to={nextPage(params.get('next'))} replace />;
  return (
    <div className="account-entry stack-loose">
      <header className="stack">
        <h1>Sign in</h1>
        <p className="soft">Your cart and your orders, on every device.</p>
      </header>
      {session.ended && (
        <Alert tone="info" title="Your session has ended">
          Please sign in again. Your cart and your orders are safe.
        </Alert>
      )}
      <SignInForm />
      <p>
        New here? <Link to={{ pathname: '/register', search: params.toString() }}>Create an account</Link>
      </p>
    </div>
  );
}

function SignInForm() {
  const fields = useFields({ email: '', password: '' });
  const enter = useSingleMutation({
    mutationFn: (body: { email: string; password: string }) => signIn({ body }),
    onError: fields.showRefusal,
  });
  const submit = fields.onSubmit(
    ({ email, password }) => ({ ...emailFault(email), ...(password ? {} : { password: 'Please enter your password.' }) }),
    ({ email, password }) => enter.mutate({ email: email.trim(), password }),
  );
  return (
    <form ref={fields.form} className="panel stack" onSubmit={submit} noValidate>
      <AccountRefusal error={enter.error} atField={Object.keys(fields.faults).length > 0} />
      <TextField {...fields.bind('email')} label="E-mail" type="email" autoComplete="username" maxLength={254} required />
      <TextField {...fields.bind('password')} label="Password" type="password" autoComplete="current-password" maxLength={128} required />
      <Button type="submit" wide pending={enter.isPending}>
        Sign in
      </Button>
    </form>
  );
}
