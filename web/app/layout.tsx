import { Suspense } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Loading } from '../components/skeleton.tsx';
import { useSessionChanges } from '../features/account/use-session-changes.ts';
import { CartDrawer } from '../features/cart/cart-drawer.tsx';
import { useOwnCart } from '../features/cart/use-own-cart.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { useArrival } from './use-arrival.ts';
import './layout.css';

/** The frame of every page: skip link, header, main landmark, footer and the cart. */
export function Layout() {
  const { pathname } = useLocation();
  useArrival();
  useSessionChanges();
  useOwnCart();
  return (
    <div className="page">
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <Footer />
      <CartDrawer />
    </div>
  );
}
