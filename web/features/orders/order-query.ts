import { queryOptions } from '@tanstack/react-query';
import type { Order } from '#functions/orders/lib/contract.ts';
import type { OrderStatus } from '#functions/orders/lib/order-states.ts';
import { call } from '../../lib/api.ts';
import { getOrder } from '../../lib/routes.ts';
import { sessionKnown } from '../../lib/session.ts';
import { orderToken, rememberedOrder, rememberOrder, settleOwner } from './my-orders.ts';
import { isPayable } from './status-words.ts';

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id] as const,
    queryFn: async ({ signal }): Promise<Order> => {
      await sessionKnown(); // whose page this is decides which token may be used
      const order = await call(getOrder, { params: { id }, orderToken: orderToken(id), signal });
      settleOwner(id);
      if (rememberedOrder(id)) rememberOrder(id, { unpaid: isPayable(order), placedAt: order.createdAt });
      return order;
    },
  });

/** The same, asked again and again while the order can still change. */
export const liveOrderQuery = (id: string) => ({
  ...orderQuery(id),
  refetchInterval: (query: { state: { data?: Order | undefined } }) => pollMs(query.state.data?.status),
});

/** How soon to look again, or false when nothing more is to come. A failed read is tried again too. */
export function pollMs(status: OrderStatus | undefined): number | false {
  if (status === 'delivered' || status === 'refunded') return false;
  if (status === 'shipped' || status === 'cancelled' || status === 'expired') return 15_000;
  return 4_000;
}
