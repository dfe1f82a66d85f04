import { useQuery } from '@tanstack/react-query';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { call } from '../../lib/api.ts';
import { getProfile } from '../../lib/routes.ts';
import { PasswordForm } from './password-form.tsx';
import { ProfileForm } from './profile-form.tsx';
import { SignOutButton } from './sign-out-button.tsx';
import { SignedIn } from './signed-in.tsx';
import './account.css';

/** /account */
export function AccountPage() {
  usePageTitle('Your account');
  return <SignedIn>{({ id }) => <Account key={id} userId={id} />}</SignedIn>;
}

function Account({ userId }: { userId: string }) {
  const {
    data: profile,
    error,
    refetch,
    isFetching,
  } = useQuery({
    queryKey: ['profile', userId],
    queryFn: ({ signal }) => call(getProfile, { signal }),
  });
  return (
    <div className="account stack-loose">
      <header className="account-head">
        <div className="stack">
          <h1>Your account</h1>
          {profile && <p className="soft">You are signed in as {profile.email}.</p>}
        </div>
        <SignOutButton />
      </header>
      {profile ? (
        <div className="account-forms">
          <ProfileForm profile={profile} />
          <PasswordForm email={profile.email} />
        </div>
      ) : error ? (
        <ProblemNote error={error} onRetry={refetch} pending={isFetching} />
      ) : (
        <Loading label="Loading your account" />
      )}
    </div>
  );
}
