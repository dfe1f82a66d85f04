import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { Loading } from '../../components/skeleton.tsx';
import { OrderMissing } from '../orders/order-missing.tsx';
import { liveOrderQuery } from '../orders/order-query.ts';
import { PayForm } from './pay-form.tsx';

/** /orders/:id/pay */
export function PayPage() {
  const { id = '' } = useParams();
  const { data: order, error, isError, refetch, isFetching } = useQuery(liveOrderQuery(id));
  usePageTitle(order ? `Pay order ${order.number}` : 'Payment');
  if (!order) {
    if (!isError) return <Loading label="Loading the order" />;
    return <OrderMissing error={error} onRetry={refetch} pending={isFetching} />;
  }
  // Paid, here or in another tab, expired or cancelled: its own page says which.
  if (order.status !== 'pending_payment') return <Navigate to={`/orders/${id}`} replace />;
  return <PayForm order={order} />;
}
