import { queryOptions } from '@tanstack/react-query';
import type { Order } from '#functions/orders/lib/contract.ts';
import { call } from '../../lib/api.ts';
import { getOrder } from '../../lib/routes.ts';
import { sessionKnown } from '../../lib/session.ts';
import { orderToken, rememberedOrder, rememberOrder, settleOwner } from './my-orders.ts';
import { isPayable } from './status-words.ts';

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id] as const,
    queryFn: async ({ client, queryKey, signal }): Promise<Order> => {
      await sessionKnown(); // whose page this is decides which token may be used
      const known = client.getQueryData<Order>(queryKey);
      const order = await call(getOrder, { params: { id }, orderToken: orderToken(id), known, signal });
      settleOwner(id);
      if (rememberedOrder(id)) rememberOrder(id, { unpaid: isPayable(order), placedAt: order.createdAt });
      return order;
    },
    structuralSharing: false, // an order's ETag is kept by the object that was answered
  });
