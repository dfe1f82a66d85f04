import { Link, useParams } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { formatInstant } from '../../lib/dates.ts';
import { SignedIn } from '../account/signed-in.tsx';
import { OrderDetails } from '../orders/order-details.tsx';
import { OrderHistory } from '../orders/order-history.tsx';
import { OrderProgress } from '../orders/order-progress.tsx';
import { OrderTracking } from '../orders/order-tracking.tsx';
import { statusWords } from '../orders/status-words.ts';
import { useLiveOrder } from '../orders/use-live-order.ts';
import { NextStep } from './next-step.tsx';
import { OrderMessages } from './order-messages.tsx';
import { RefundList } from './refund-list.tsx';
import { RefundOrder } from './refund-order.tsx';
import '../orders/orders.css';
import './admin.css';

/** /admin/orders/:id */
export function AdminOrderPage() {
  const { id = '' } = useParams();
  return <SignedIn only="admin">{() => <ManagedOrder key={id} id={id} />}</SignedIn>;
}

function ManagedOrder({ id }: { id: string }) {
  const { data: order, error, failing, refetch, isFetching } = useLiveOrder(id);
  usePageTitle(order ? `Manage order ${order.number}` : 'Manage order');
  if (!order) return error ? <ProblemNote error={error} onRetry={refetch} pending={isFetching} /> : <Loading label="Loading the order" />;
  const words = statusWords[order.status];
  return (
    <div className="stack-loose">
      <header className="stack">
        <Link to="/admin/orders" className="small">
          Manage orders
        </Link>
        <div className="row">
          <h1>Order {order.number}</h1>
          <span className={`status status-${words.tone}`} role="status">
            {words.label}
          </span>
        </div>
        <p className="soft">Placed {formatInstant(order.createdAt)}.</p>
      </header>
      {failing && <ProblemNote error={error} onRetry={refetch} pending={isFetching} />}
      <section className="panel row" aria-label="Next steps">
        <NextStep order={order} />
        <RefundOrder order={order} />
      </section>
      <RefundList order={order} />
      <OrderProgress order={order} />
      <OrderTracking order={order} />
      <OrderDetails order={order} />
      <OrderMessages order={order} />
      <OrderHistory history={order.history} />
    </div>
  );
}
