import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { listOrdersRoute } from '#functions/orders/lib/contract.ts';
import type { OrderStatus } from '#functions/orders/lib/order-states.ts';
import type { AnswerOf } from '#platform/http/contract.ts';
import { call } from '../../lib/api.ts';
import { listOrders } from '../../lib/routes.ts';

export type OrderPage = AnswerOf<typeof listOrdersRoute>;
type Pages = InfiniteData<OrderPage, string | undefined>;

const firstPage: string | undefined = undefined as string | undefined;
const limit = '20';

/** The orders of whoever is signed in, newest first; every order for an admin. */
export const orderListQuery = (userId: string, status?: OrderStatus) =>
  infiniteQueryOptions({
    queryKey: ['orders', userId, status],
    queryFn: ({ client, queryKey, pageParam, signal }) => {
      const pages = client.getQueryData<Pages>(queryKey);
      const known = pages?.pages[pages.pageParams.indexOf(pageParam)];
      return call(listOrders, { query: { status, limit, cursor: pageParam }, known, signal });
    },
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
    structuralSharing: false, // a page's ETag is kept by the object that was answered
  });

/** The newest of them as they are now, beside the list as it was loaded. Asked only when somebody says so. */
export const newestOrdersQuery = (userId: string, status?: OrderStatus) =>
  queryOptions({
    queryKey: ['orders', userId, status, 'newest'],
    queryFn: ({ client, queryKey, signal }) => {
      const known = client.getQueryData<OrderPage>(queryKey) ?? client.getQueryData<Pages>(['orders', userId, status])?.pages[0];
      return call(listOrders, { query: { status, limit }, known, signal });
    },
    enabled: false,
    retry: false,
    structuralSharing: false,
  });
