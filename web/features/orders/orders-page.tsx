import { Link, Navigate } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { useSession } from '../../lib/session.ts';
import { signInPath } from '../account/next-page.ts';
import { DeviceOrders } from './device-orders.tsx';
import { LiveOrderList } from './live-order-list.tsx';
import { useMyOrders } from './my-orders.ts';
import { OrderRow, PayLink } from './order-row.tsx';
import './orders.css';

/** /orders: those of the account that is signed in; a guest's are those of this device. */
export function OrdersPage() {
  usePageTitle('Your orders');
  const session = useSession();
  // The API's list is everybody's for an admin: they have a page of their own for that.
  if (session.status === 'signed-in' && session.user.role === 'admin') return <Navigate to="/admin/orders" replace />;
  return (
    <div className="stack-loose">
      <header className="stack">
        <h1>Your orders</h1>
        {session.status === 'guest' && (
          <p className="soft">
            The orders placed on this device. <Link to={signInPath('/orders')}>Sign in</Link> to see those of your account.
          </p>
        )}
      </header>
      {session.status === 'restoring' && <Loading label="Loading orders" />}
      {session.status === 'signed-in' && (
        <>
          <AccountOrders userId={session.user.id} />
          <GuestOrders />
        </>
      )}
      {session.status === 'guest' && <DeviceOrders nothing={<NoOrders />} />}
    </div>
  );
}

/** What was ordered here before signing in, with the account's e-mail address. */
function GuestOrders() {
  const orders = useMyOrders().filter(([, { owner }]) => owner === undefined);
  if (orders.length === 0) return null;
  return (
    <section className="stack" aria-label="Ordered on this device as a guest">
      <h2>Ordered on this device as a guest</h2>
      <DeviceOrders nothing={null} />
    </section>
  );
}

const AccountOrders = ({ userId }: { userId: string }) => (
  <LiveOrderList
    userId={userId}
    nothing={<NoOrders />}
    row={(order) => <OrderRow key={order.id} order={order} action={<PayLink order={order} />} />}
  />
);

const NoOrders = () => (
  <div className="panel stack">
    <p>There is no order here yet.</p>
    <div className="row">
      <ButtonLink to="/products">See all products</ButtonLink>
    </div>
  </div>
);
