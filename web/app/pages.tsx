import { type ComponentType, lazy, type ReactElement } from 'react';
import { Route, Routes } from 'react-router';
import { Layout } from './layout.tsx';

// Each page is a file of its own, loaded when first shown. The paths' templates are also the names RUM sees.
const page = (load: () => Promise<ComponentType>): ReactElement => {
  const Page = lazy(() => load().then((component) => ({ default: component })));
  return <Page />;
};

export const pages: readonly { path: string; element: ReactElement }[] = [
  { path: '/', element: page(() => import('../features/catalog/home-page.tsx').then((it) => it.HomePage)) },
  { path: '/products', element: page(() => import('../features/catalog/list-page.tsx').then((it) => it.ListPage)) },
  { path: '/search', element: page(() => import('../features/catalog/search-page.tsx').then((it) => it.SearchPage)) },
  { path: '/products/:id', element: page(() => import('../features/catalog/product-page.tsx').then((it) => it.ProductPage)) },
  { path: '/checkout', element: page(() => import('../features/checkout/checkout-page.tsx').then((it) => it.CheckoutPage)) },
  { path: '/orders', element: page(() => import('../features/orders/orders-page.tsx').then((it) => it.OrdersPage)) },
  { path: '/orders/:id', element: page(() => import('../features/orders/order-page.tsx').then((it) => it.OrderPage)) },
  { path: '/orders/:id/pay', element: page(() => import('../features/payments/pay-page.tsx').then((it) => it.PayPage)) },
  { path: '/sign-in', element: page(() => import('../features/account/sign-in-page.tsx').then((it) => it.SignInPage)) },
  { path: '/register', element: page(() => import('../features/account/register-page.tsx').then((it) => it.RegisterPage)) },
  { path: '/account', element: page(() => import('../features/account/account-page.tsx').then((it) => it.AccountPage)) },
  { path: '/admin/orders', element: page(() => import('../features/admin/admin-orders-page.tsx').then((it) => it.AdminOrdersPage)) },
  { path: '/admin/orders/:id', element: page(() => import('../features/admin/admin-order-page.tsx').then((it) => it.AdminOrderPage)) },
  { path: '*', element: page(() => import('./not-found-page.tsx').then((it) => it.NotFoundPage)) },
];

export const Pages = () => (
  <Routes>
    <Route element={<Layout />}>
      {pages.map(({ path, element }) => (
        <Route key={path} path={path} element={element} />
      ))}
    </Route>
  </Routes>
);
