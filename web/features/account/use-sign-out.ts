import { useMutation } from '@tanstack/react-query';
import { useAnnounce } from '../../components/toasts.tsx';
import { signOut } from '../../lib/session.ts';

/** Signs out. While the server cannot be told, the session goes on, and that is said. */
export function useSignOut() {
  const announce = useAnnounce();
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => announce('You are signed out.'),
    onError: () => announce('We could not sign you out. Please try again in a moment.'),
  });
}
