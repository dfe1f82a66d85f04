import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useAnnounce } from '../../components/toasts.tsx';
import { useSession } from '../../lib/session.ts';
import { signInPath } from './next-page.ts';

/** What differs by who asks, by the first word of its query key. */
const personal = new Set<unknown>(['order', 'orders', 'profile']);
const needsAccount = /^\/(account|admin)\b/;

/** When somebody signs in or out, here or in another tab: nothing that was read for another person stays on the screen. */
export function useSessionChanges(): void {
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const announce = useAnnounce();
  const { pathname, search } = useLocation();
  const who = session.status === 'restoring' ? undefined : session.status === 'signed-in' ? session.user.id : 'guest';
  const before = useRef(who);
  const ended = session.status === 'guest' && session.ended;

  useEffect(() => {
    const changed = before.current !== undefined && before.current !== who;
    before.current = who;
    if (!changed) return;
    void client.resetQueries({ predicate: ({ queryKey }) => personal.has(queryKey[0]) });
    client.removeQueries({ queryKey: ['cart'], type: 'inactive' });
  }, [who, client]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: said once, where it happened.
  useEffect(() => {
    // A page that needs an account shows the sign-in page, which says it.
    if (!ended || needsAccount.test(pathname)) return;
    announce('You have been signed out.', { label: 'Sign in', run: () => void navigate(signInPath(pathname + search)) });
  }, [ended]);
}
