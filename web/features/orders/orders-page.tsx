import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Money } from '../../components/money.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatInstant } from '../../lib/dates.ts';
import { isProblem } from '../../lib/problem.ts';
import { useMyOrders } from './my-orders.ts';
import { orderQuery } from './order-query.ts';
import { statusWords } from './status-words.ts';
import './orders.css';

const step = 10;

/** /orders: the orders placed on this device, or opened on it by their link. */
export function OrdersPage() {
  usePageTitle('Your orders');
  const orders = useMyOrders();
  const [shown, setShown] = useState(step);
  return (
    <div className="stack-loose">
      <header className="stack">
        <h1>Your orders</h1>
        <p className="soft">The orders placed on this device.</p>
      </header>
      {orders.length === 0 ? (
        <div className="panel stack">
          <p>There is no order here yet.</p>
          <div className="row">
            <ButtonLink to="/products">See all products</ButtonLink>
          </div>
        </div>
      ) : (
        <ul className="stack" aria-label="Orders">
          {orders.slice(0, shown).map(([id, { placedAt }]) => (
            <OrderRow key={id} id={id} placedAt={placedAt} />
          ))}
        </ul>
      )}
      {orders.length > shown && (
        <Button look="secondary" onClick={() => setShown(shown + step)}>
          Show more
        </Button>
      )}
    </div>
  );
}

function OrderRow({ id, placedAt }: { id: string; placedAt: string }) {
  const { data: order, error } = useQuery(orderQuery(id));
  const words = order && statusWords[order.status];
  return (
    <li className="panel order-row">
      <div className="stack">
        {order ? (
          <Link to={`/orders/${id}`}>Order {order.number}</Link>
        ) : error ? (
          <Link to={`/orders/${id}`}>{isProblem(error) && error.status === 404 ? 'Order not found' : 'Order could not be loaded'}</Link>
        ) : (
          <Skeleton />
        )}
        <span className="soft small">{formatInstant(order?.createdAt ?? placedAt)}</span>
      </div>
      {order && words && (
        <>
          <span className={`status status-${words.tone}`}>{words.label}</span>
          <strong>
            <Money value={order.total} />
          </strong>
          {order.status === 'pending_payment' && <ButtonLink to={`/orders/${id}/pay`}>Pay</ButtonLink>}
        </>
      )}
    </li>
  );
}
