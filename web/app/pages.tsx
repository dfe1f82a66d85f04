import { type ComponentType, lazy, type ReactElement } from 'react';
import { Route, Routes } from 'react-router';
import { Layout } from './layout.tsx';
import { type PagePath, pagePaths } from './page-paths.ts';

// Each page is a file of its own, loaded when first shown.
const page = (load: () => Promise<ComponentType>): ReactElement => {
  const Page = lazy(() => load().then((component) => ({ default: component })));
  return <Page />;
};

const elements: Record<PagePath, ReactElement> = {
  '/': page(() => import('../features/catalog/home-page.tsx').then((it) => it.HomePage)),
  '/products': page(() => import('../features/catalog/list-page.tsx').then((it) => it.ListPage)),
  '/search': page(() => import('../features/catalog/search-page.tsx').then((it) => it.SearchPage)),
  '/products/:id': page(() => import('../features/catalog/product-page.tsx').then((it) => it.ProductPage)),
  '/offers/:id': page(() => import('../features/ads/offer-page.tsx').then((it) => it.OfferPage)),
  '/checkout': page(() => import('../features/checkout/checkout-page.tsx').then((it) => it.CheckoutPage)),
  '/orders': page(() => import('../features/orders/orders-page.tsx').then((it) => it.OrdersPage)),
  '/orders/:id': page(() => import('../features/orders/order-page.tsx').then((it) => it.OrderPage)),
  '/orders/:id/pay': page(() => import('../features/payments/pay-page.tsx').then((it) => it.PayPage)),
  '/sign-in': page(() => import('../features/account/sign-in-page.tsx').then((it) => it.SignInPage)),
  '/register': page(() => import('../features/account/register-page.tsx').then((it) => it.RegisterPage)),
  '/account': page(() => import('../features/account/account-page.tsx').then((it) => it.AccountPage)),
  '/admin/orders': page(() => import('../features/admin/admin-orders-page.tsx').then((it) => it.AdminOrdersPage)),
  '/admin/orders/:id': page(() => import('../features/admin/admin-order-page.tsx').then((it) => it.AdminOrderPage)),
};

const notFound = page(() => import('./not-found-page.tsx').then((it) => it.NotFoundPage));

export const Pages = () => (
  <Routes>
    <Route element={<Layout />}>
      {pagePaths.map((path) => (
        <Route key={path} path={path} element={elements[path]} />
      ))}
      <Route path="*" element={notFound} />
    </Route>
  </Routes>
);
