import { Button } from '../../components/button.tsx';
import { useSignOut } from './use-sign-out.ts';

export function SignOutButton() {
  const leave = useSignOut();
  return (
    <Button look="secondary" pending={leave.isPending} onClick={() => leave.mutate()}>
      Sign out
    </Button>
  );
}
