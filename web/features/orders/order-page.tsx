import { useEffect } from 'react';
import { useLocation, useNavigate, useParams } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { Alert } from '../../components/alert.tsx';
import { ButtonLink } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { useCurrency } from '../../lib/currency.ts';
import { formatInstant } from '../../lib/dates.ts';
import { formatMoney } from '../../lib/money.ts';
import { recommendedForQuery } from '../recommendations/queries.ts';
import { RecommendedShelf } from '../recommendations/recommended-shelf.tsx';
import { CancelOrder } from './cancel-order.tsx';
import { takeOrderToken } from './my-orders.ts';
import { OrderDetails } from './order-details.tsx';
import { OrderHistory } from './order-history.tsx';
import { OrderMissing } from './order-missing.tsx';
import { OrderProgress } from './order-progress.tsx';
import { OrderTracking } from './order-tracking.tsx';
import { RefundNote } from './refund-note.tsx';
import { isCancellable, isMoneyUnderWay, isPayable, statusWords } from './status-words.ts';
import { useLiveOrder } from './use-live-order.ts';
import './orders.css';

/** /orders/:id: an order as it is now; it follows changes by itself. */
export function OrderPage() {
  const { id = '' } = useParams();
  useTokenInAddress();
  const currency = useCurrency();
  const { data: order, error, isError, failing, refetch, isFetching } = useLiveOrder(id);
  usePageTitle(order ? `Order ${order.number}` : undefined);
  if (!order) {
    if (!isError) return <Loading label="Loading the order" />;
    return <OrderMissing error={error} onRetry={refetch} pending={isFetching} />;
  }
  const words = statusWords[order.status];
  return (
    <div className="stack-loose">
      <header className="stack">
        <div className="row">
          <h1>Order {order.number}</h1>
          <span className={`status status-${words.tone}`} role="status">
            {words.label}
          </span>
        </div>
        <p className="soft">
          {words.text} Placed {formatInstant(order.createdAt)}.
        </p>
      </header>
      {failing && <ProblemNote error={error} onRetry={refetch} pending={isFetching} />}
      {isPayable(order) && (
        <Alert
          tone="info"
          title={`${formatMoney(order.total)} to pay`}
          actions={<ButtonLink to={`/orders/${order.id}/pay`}>Continue to payment</ButtonLink>}
        />
      )}
      {isMoneyUnderWay(order) && (
        <Alert tone="info" title="Your payment is on its way">
          Your bank may take some days to send it. We hold your items until it arrives; you need not do anything.
        </Alert>
      )}
      <RefundNote order={order} />
      <OrderProgress order={order} />
      <OrderTracking order={order} />
      <OrderDetails order={order} />
      <OrderHistory history={order.history} />
      {isCancellable(order) && <CancelOrder order={order} />}
      <RecommendedShelf
        title="Goes with what you ordered"
        query={recommendedForQuery(
          order.items.map(({ productId }) => productId),
          currency,
        )}
      />
    </div>
  );
}

/** A link with `#token=…` that is opened while the shop is already open changes the address only: then the token is taken here. */
function useTokenInAddress(): void {
  const { hash, pathname, search } = useLocation();
  const navigate = useNavigate();
  useEffect(() => {
    if (!hash.includes('token=')) return;
    takeOrderToken();
    void navigate({ pathname, search }, { replace: true });
  }, [hash, pathname, search, navigate]);
}
