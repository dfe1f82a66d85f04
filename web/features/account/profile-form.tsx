import { useQueryClient } from '@tanstack/react-query';
import type { Profile } from '#functions/auth/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { useAnnounce } from '../../components/toasts.tsx';
import { call } from '../../lib/api.ts';
import { keepAnswer } from '../../lib/query-client.ts';
import { updateProfile } from '../../lib/routes.ts';
import { renameUser } from '../../lib/session.ts';
import { useFields } from '../../lib/use-fields.ts';
import { useSingleMutation } from '../../lib/use-single-mutation.ts';
import { AccountRefusal } from './account-refusal.tsx';
import { nameFault, phoneFault } from './faults.ts';

export function ProfileForm({ profile }: { profile: Profile }) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const fields = useFields({ name: profile.name, phone: profile.phone ?? '' });
  const save = useSingleMutation({
    mutationFn: (body: { name: string; phone: string | null }) => call(updateProfile, { body }),
    onSuccess: async (saved) => {
      await keepAnswer(client, ['profile', saved.id], saved);
      renameUser(saved.name);
      announce('Your details are saved.');
    },
    onError: fields.showRefusal,
  });
  const submit = fields.onSubmit(
    ({ name, phone }) => ({ ...nameFault(name), ...phoneFault(phone) }),
    ({ name, phone }) => save.mutate({ name: name.trim(), phone: phone.trim() || null }),
  );
  return (
    <form ref={fields.form} className="panel stack" onSubmit={submit} noValidate aria-label="Your details">
      <h2>Your details</h2>
      <AccountRefusal error={save.error} atField={Object.keys(fields.faults).length > 0} />
      <TextField {...fields.bind('name')} label="Full name" autoComplete="name" maxLength={100} required />
      <TextField {...fields.bind('phone')} label="Phone" type="tel" autoComplete="tel" maxLength={30} />
      <div>
        <Button type="submit" pending={save.isPending}>
          Save details
        </Button>
      </div>
    </form>
  );
}
