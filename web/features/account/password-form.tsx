import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { useAnnounce } from '../../components/toasts.tsx';
import { send } from '../../lib/request.ts';
import { changePassword } from '../../lib/routes.ts';
import { renewSession } from '../../lib/session.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useSingleMutation } from '../../lib/use-single-mutation.ts';
import { AccountRefusal } from './account-refusal.tsx';
import { newPasswordFault } from './faults.ts';

/** Changes the password. The account's sessions on other devices end with it; this one goes on with a new token. */
export function PasswordForm({ email }: { email: string }) {
  const announce = useAnnounce();
  const fields = useFields({ currentPassword: '', newPassword: '' });
  const change = useSingleMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) =>
      renewSession((accessToken) => send(changePassword, { body }, accessToken)),
    onSuccess: () => {
      fields.clear('currentPassword', 'newPassword');
      announce('Your password is changed. Other devices are signed out.');
    },
    onError: fields.showRefusal,
  });
  const submit = fields.onSubmit(
    ({ currentPassword, newPassword }) => {
      const fault = newPasswordFault(newPassword);
      return {
        ...(currentPassword ? {} : { currentPassword: 'Please enter your current password.' }),
        ...(fault && { newPassword: fault }),
      };
    },
    (passwords) => change.mutate(passwords),
  );
  return (
    <form ref={fields.form} className="panel stack" onSubmit={submit} noValidate aria-label="Password">
      <h2>Password</h2>
      <AccountRefusal error={change.error} atField={Object.keys(fields.faults).length > 0} />
      {/* For password managers, which otherwise do not know whose password it is. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <TextField
        {...fields.bind('currentPassword')}
        label="Current password"
        type="password"
        autoComplete="current-password"
        maxLength={128}
        required
      />
      <TextField
        {...fields.bind('newPassword')}
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters. Every other device is signed out."
        maxLength={128}
        required
      />
      <div>
        <Button type="submit" pending={change.isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
}
