import { useQuery } from '@tanstack/react-query';
import { lazy } from 'react';
import { Navigate, useParams } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { OrderMissing } from '../orders/order-missing.tsx';
import { isPayable } from '../orders/status-words.ts';
import { useLiveOrder } from '../orders/use-live-order.ts';
import { paymentConfigQuery } from './payment-config-query.ts';

// Only the form of the shop's own provider is loaded.
const PayForm = lazy(() => import('./pay-form.tsx').then((it) => ({ default: it.PayForm })));
const StripeForm = lazy(() => import('./stripe-form.tsx').then((it) => ({ default: it.StripeForm })));

/** /orders/:id/pay */
export function PayPage() {
  const { id = '' } = useParams();
  const config = useQuery(paymentConfigQuery);
  const { data: order, error, isError, refetch, isFetching } = useLiveOrder(id);
  usePageTitle(order ? `Pay order ${order.number}` : 'Payment');
  if (!order) {
    if (!isError) return <Loading label="Loading the order" />;
    return <OrderMissing error={error} onRetry={refetch} pending={isFetching} />;
  }
  // Paid, here or in another tab, its money under way, expired or cancelled: its own page says which.
  if (!isPayable(order)) return <Navigate to={`/orders/${id}`} replace />;
  if (!config.data) {
    if (!config.isError) return <Loading label="Loading the payment form" />;
    return <ProblemNote error={config.error} onRetry={config.refetch} pending={config.isFetching} />;
  }
  const { provider, publishableKey } = config.data;
  return provider === 'stripe' ? <StripeForm order={order} publishableKey={publishableKey ?? ''} /> : <PayForm order={order} />;
}
