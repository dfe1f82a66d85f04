import { Link, useLocation } from 'react-router';
import { Icon } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { useSession } from '../../lib/session.ts';
import { signInPath } from './next-page.ts';
import { useSignOut } from './use-sign-out.ts';

/** The header's way to the account: sign in, or a menu of what is one's own. */
export function AccountMenu() {
  const session = useSession();
  const { pathname, search } = useLocation();
  const leave = useSignOut();
  if (session.status === 'restoring') return <span className="account-button" aria-hidden="true" />;
  if (session.status === 'guest') {
    const here = pathname === '/sign-in' || pathname === '/register';
    return (
      <Link className="account-button" to={here ? `${pathname}${search}` : signInPath(pathname + search)}>
        <Icon name="person" />
        <span className="account-label">Sign in</span>
      </Link>
    );
  }
  const { name, email, role } = session.user;
  return (
    <Menu
      key={pathname}
      className="account-button"
      label={`Account of ${name}`}
      face={
        <>
          <Icon name="person" />
          <span className="account-label">{name.split(' ')[0]}</span>
        </>
      }
    >
      <p className="menu-head" data-dd-privacy="mask">
        <strong>{name}</strong>
        <span className="soft small">{email}</span>
      </p>
      <Link to="/account">Your account</Link>
      {role === 'admin' ? <Link to="/admin/orders">Manage orders</Link> : <Link to="/orders">Your orders</Link>}
      <button type="button" aria-disabled={leave.isPending || undefined} onClick={() => !leave.isPending && leave.mutate()}>
        Sign out
      </button>
    </Menu>
  );
}
