import { useMemo } from 'react';
import { useSession } from '../../lib/session.ts';
import { useStored } from '../../lib/storage.ts';
import { forgetSearches, recentSearches, rememberSearch, searchesPlace } from './recent-searches.ts';

/** The last searches on this device by who is signed in, or by guests. While that is not known there are none, and none is remembered. */
export function useRecentSearches() {
  const stored = useStored(searchesPlace);
  const session = useSession();
  return useMemo(() => {
    if (session.status === 'restoring') return { recent: [], remember: () => undefined, forget: () => undefined };
    const owner = session.status === 'signed-in' ? session.user.id : undefined;
    return {
      recent: recentSearches(stored, owner),
      remember: (q: string) => rememberSearch(q, owner),
      forget: () => forgetSearches(owner),
    };
  }, [stored, session]);
}
