import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { ButtonLink } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Money } from '../../components/money.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Loading } from '../../components/skeleton.tsx';
import { ToastProvider } from '../../components/toasts.tsx';
import { useCurrency } from '../../lib/currency.ts';
import { recommendedForCartQuery } from '../recommendations/queries.ts';
import { RecommendedShelf } from '../recommendations/recommended-shelf.tsx';
import { useCartDrawer } from './cart-drawer-state.tsx';
import { CartLines } from './cart-lines.tsx';
import { useCart, useCartOfOtherTabs } from './use-cart.ts';
import './cart.css';

/** The cart, over the page. It closes when the page changes. */
export function CartDrawer() {
  const { open, hide } = useCartDrawer();
  const { pathname } = useLocation();
  const page = useRef(pathname);
  useCartOfOtherTabs();
  useEffect(() => {
    if (page.current !== pathname) hide();
    page.current = pathname;
  }, [pathname, hide]);
  return (
    <Dialog open={open} onClose={hide} title="Your cart" look="drawer">
      {/* Of its own: what is behind a modal dialog is read out to nobody. */}
      <ToastProvider>
        <DrawerContent onLeave={hide} />
      </ToastProvider>
    </Dialog>
  );
}

function DrawerContent({ onLeave }: { onLeave: () => void }) {
  const { cart, query } = useCart();
  const currency = useCurrency();
  if (!cart && query.isError) return <ProblemNote error={query.error} onRetry={() => query.refetch()} pending={query.isFetching} />;
  if (!cart) return <Loading label="Loading your cart" />;
  if (cart.items.length === 0)
    return (
      <div className="stack">
        <p className="soft">Your cart is empty.</p>
        <ButtonLink to="/products" look="secondary" onClick={onLeave}>
          See all products
        </ButtonLink>
      </div>
    );
  return (
    <>
      <div className="stack-loose">
        <CartLines cart={cart} />
        <RecommendedShelf
          title="Goes with your cart"
          query={recommendedForCartQuery(cart, currency)}
          count={2}
          without={cart.items.map(({ productId }) => productId)}
        />
      </div>
      <div className="cart-foot">
        <p className="cart-subtotal">
          <span>Subtotal</span>
          <strong>
            <Money value={cart.subtotal} />
          </strong>
        </p>
        <p className="soft small">Tax is included. Shipping is added at checkout.</p>
        <ButtonLink to="/checkout" wide onClick={onLeave}>
          Checkout
        </ButtonLink>
      </div>
    </>
  );
}
