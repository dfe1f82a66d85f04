import { infiniteQueryOptions } from '@tanstack/react-query';
import type { OrderStatus } from '#functions/orders/lib/order-states.ts';
import { call } from '../../lib/api.ts';
import { listOrders } from '../../lib/routes.ts';

const firstPage: string | undefined = undefined as string | undefined;

/** The orders of whoever is signed in, newest first; every order for an admin. */
export const orderListQuery = (userId: string, status?: OrderStatus) =>
  infiniteQueryOptions({
    queryKey: ['orders', userId, status],
    queryFn: ({ pageParam, signal }) => call(listOrders, { query: { status, limit: '20', cursor: pageParam }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
  });
