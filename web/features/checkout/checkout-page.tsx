import { useState } from 'react';
import type { Cart } from '#functions/cart/lib/contract.ts';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { useCart } from '../cart/use-cart.ts';
import { UnpaidOrder } from '../orders/unpaid-order.tsx';
import { CheckoutForm } from './checkout-form.tsx';
import { EmptyCheckout } from './empty-checkout.tsx';
import { usePlaceOrder } from './use-place-order.ts';
import './checkout.css';

/** /checkout */
export function CheckoutPage() {
  usePageTitle('Checkout');
  const { cart, query } = useCart();
  const place = usePlaceOrder();
  const [filled, setFilled] = useState<Cart | undefined>();
  if (cart && cart.items.length > 0 && cart !== filled) setFilled(cart);
  // The cart is empty as soon as its order is placed: until the payment page shows, the form stays as it was.
  const shown = cart && cart.items.length > 0 ? cart : place.isPending || place.isSuccess ? filled : undefined;
  return (
    <div className="stack-loose">
      <h1>Checkout</h1>
      {shown ? (
        <>
          {!place.isPending && !place.isSuccess && <UnpaidOrder />}
          <CheckoutForm cart={shown} place={place} />
        </>
      ) : cart ? (
        <EmptyCheckout place={place} />
      ) : query.isError ? (
        <ProblemNote error={query.error} onRetry={() => query.refetch()} pending={query.isFetching} />
      ) : (
        <Loading label="Loading your cart" />
      )}
    </div>
  );
}
