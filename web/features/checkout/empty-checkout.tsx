import { useEffect, useState } from 'react';
import { ButtonLink } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { openAttempt } from '../../lib/attempt.ts';
import { useUser } from '../../lib/session.ts';
import { UnpaidOrder } from '../orders/unpaid-order.tsx';
import { type OrderAttempt, orderAttempt, type usePlaceOrder } from './use-place-order.ts';

/**
 * Nothing to check out. If an order was sent whose answer never came (a reload, a lost connection), an empty cart says that it
 * was placed: asking again with the same key finds it.
 */
export function EmptyCheckout({ place }: { place: ReturnType<typeof usePlaceOrder> }) {
  const buyer = useUser()?.id;
  const [last] = useState(() => openAttempt<OrderAttempt>(orderAttempt)?.content);
  const attempt = last?.buyer === buyer ? last : undefined;
  const { mutate, isIdle, isPending } = place;
  useEffect(() => {
    if (attempt && isIdle) mutate(attempt);
  }, [attempt, isIdle, mutate]);
  if (attempt && (isIdle || isPending)) return <Loading label="Looking for your order" />;
  return (
    <div className="stack">
      {attempt && place.error?.name === 'ApiProblem' && openAttempt(orderAttempt) && (
        <ProblemNote error={place.error} onRetry={() => mutate(attempt)} />
      )}
      <UnpaidOrder />
      <p className="soft">Your cart is empty.</p>
      <div className="row">
        <ButtonLink to="/products" look="secondary">
          See all products
        </ButtonLink>
        <ButtonLink to="/orders" look="quiet">
          Your orders
        </ButtonLink>
      </div>
    </div>
  );
}
