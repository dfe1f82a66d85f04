import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { Button } from '../../components/button.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatInstant } from '../../lib/dates.ts';
import { isProblem } from '../../lib/problem.ts';
import { ForgetOrders } from './forget-orders.tsx';
import { useMyOrders } from './my-orders.ts';
import { orderQuery } from './order-query.ts';
import { OrderRow, PayLink } from './order-row.tsx';

const step = 10;

/** The orders placed on this device as a guest, or opened on it by their link. */
export function DeviceOrders({ nothing }: { nothing: ReactNode }) {
  const orders = useMyOrders().filter(([, { owner }]) => owner === undefined);
  const [shown, setShown] = useState(step);
  if (orders.length === 0) return nothing;
  return (
    <>
      <ul className="stack" aria-label="Orders">
        {orders.slice(0, shown).map(([id, { placedAt }]) => (
          <DeviceOrder key={id} id={id} placedAt={placedAt} />
        ))}
      </ul>
      {orders.length > shown && (
        <div>
          <Button look="secondary" onClick={() => setShown(shown + step)}>
            Show more
          </Button>
        </div>
      )}
      <ForgetOrders />
    </>
  );
}

function DeviceOrder({ id, placedAt }: { id: string; placedAt: string }) {
  const { data: order, error } = useQuery(orderQuery(id));
  if (order) return <OrderRow order={order} action={<PayLink order={order} />} />;
  const missing = isProblem(error) && error.status === 404;
  return (
    <li className="panel order-row">
      <div className="stack">
        {error ? <Link to={`/orders/${id}`}>{missing ? 'Order not found' : 'Order could not be loaded'}</Link> : <Skeleton />}
        <span className="soft small">{formatInstant(placedAt)}</span>
      </div>
    </li>
  );
}
