import { Link, Navigate, useSearchParams } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { register, useSession } from '../../lib/session.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useSingleMutation } from '../../lib/use-single-mutation.ts';
import { AccountRefusal } from './account-refusal.tsx';
import { emailFault, nameFault, newPasswordFault } from './faults.ts';
import { nextPage } from './next-page.ts';
import './account.css';

/** /register: makes an account and leads on to `?next=`. */
export function RegisterPage() {
  usePageTitle('Create an account');
  const session = useSession();
  const [params] = useSearchParams();
  const signInLink = { pathname: '/sign-in', search: params.toString() };
  if (session.status === 'restoring') return <Loading label="One moment" />;
  if (session.status === 'signed-in') return <Navigate to={nextPage(params.get('next'))} replace />;
  return (
    <div className="account-entry stack-loose">
      <header className="stack">
        <h1>Create an account</h1>
        <p className="soft">What is in your cart stays there.</p>
      </header>
      <RegisterForm signInLink={signInLink} />
      <p>
        Have an account? <Link to={signInLink}>Sign in</Link>
      </p>
    </div>
  );
}

function RegisterForm({ signInLink }: { signInLink: { pathname: string; search: string } }) {
  const fields = useFields({ name: '', email: '', password: '' });
  const enter = useSingleMutation({
    mutationFn: (body: { name: string; email: string; password: string }) => register({ body }),
    onError: fields.showRefusal,
  });
  const submit = fields.onSubmit(
    ({ name, email, password }) => {
      const fault = newPasswordFault(password);
      return { ...nameFault(name), ...emailFault(email), ...(fault && { password: fault }) };
    },
    ({ name, email, password }) => enter.mutate({ name: name.trim(), email: email.trim(), password }),
  );
  return (
    <form ref={fields.form} className="panel stack" onSubmit={submit} noValidate>
      <AccountRefusal
        error={enter.error}
        atField={Object.keys(fields.faults).length > 0}
        onTaken={
          <ButtonLink to={signInLink} look="secondary">
            Sign in
          </ButtonLink>
        }
      />
      <TextField {...fields.bind('name')} label="Full name" autoComplete="name" maxLength={100} required />
      <TextField {...fields.bind('email')} label="E-mail" type="email" autoComplete="username" maxLength={254} required />
      <TextField
        {...fields.bind('password')}
        label="Password"
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters."
        maxLength={128}
        required
      />
      <Button type="submit" wide pending={enter.isPending}>
        Create account
      </Button>
    </form>
  );
}
