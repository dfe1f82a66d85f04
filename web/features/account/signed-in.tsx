import { type ReactNode, useRef } from 'react';
import { Navigate, useLocation } from 'react-router';
import { NotFoundPage } from '../../app/not-found-page.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { type User, useSession } from '../../lib/session.ts';
import { signInPath } from './next-page.ts';

interface SignedInProps {
  only?: User['role'];
  children: (user: User) => ReactNode;
}

/** What only a signed-in person sees. Others are asked to sign in first; who signs out goes to the start page. */
export function SignedIn({ only, children }: SignedInProps) {
  const session = useSession();
  const { pathname, search } = useLocation();
  const wasSignedIn = useRef(false);
  if (session.status === 'restoring') return <Loading label="One moment" />;
  if (session.status === 'guest') {
    return <Navigate to={wasSignedIn.current && !session.ended ? '/' : signInPath(pathname + search)} replace />;
  }
  wasSignedIn.current = true;
  if (only && session.user.role !== only) return <NotFoundPage />;
  return children(session.user);
}
