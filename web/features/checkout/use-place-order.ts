import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { placeOrderRoute } from '#functions/orders/lib/contract.ts';
import type { BodyInput } from '#platform/http/contract.ts';
import { call } from '../../lib/api.ts';
import { attempt } from '../../lib/attempt.ts';
import { isProblem } from '../../lib/problem.ts';
import { keepAnswer } from '../../lib/query-client.ts';
import { placeOrder } from '../../lib/routes.ts';
import { write } from '../../lib/storage.ts';
import { refreshCart } from '../cart/use-cart.ts';
import { rememberOrder } from '../orders/my-orders.ts';
import { draftPlace } from './draft-place.ts';

export const orderAttempt = 'order';

/** An order to place. The cart's version tells the same cart filled anew from the one that was sent. */
export interface OrderAttempt {
  body: BodyInput<typeof placeOrderRoute>;
  cartVersion: number;
  /** The account that orders; a guest has none. The server keeps attempts by account, so another one cannot go on with this. */
  buyer?: string | undefined;
}

/** Places an order and goes on to its payment. Sending the same attempt again gives the same order. */
export function usePlaceOrder() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (order: OrderAttempt) =>
      attempt(orderAttempt, order, async (idempotencyKey) => {
        const placed = await call(placeOrder, { body: order.body, idempotencyKey });
        const { accessToken: token, email } = placed;
        const { buyer: owner } = order;
        rememberOrder(placed.id, { placedAt: placed.createdAt, unpaid: true, ...(token && { token }), ...(owner ? { owner } : { email }) });
        return placed;
      }),
    // Another tab, or this one before a reload, is placing it right now: its answer will be ours.
    retry: (failures, error) => isProblem(error, 'in-progress') && failures < 8,
    retryDelay: 750,
    onSuccess: async ({ accessToken: _kept, ...order }) => {
      await keepAnswer(client, ['order', order.id], order);
      write(draftPlace, null);
      void refreshCart(client);
      await navigate(`/orders/${order.id}/pay`, { replace: true });
    },
    onError: (error) => {
      if (isProblem(error) && error.status === 409) {
        void refreshCart(client);
        void client.invalidateQueries({ queryKey: ['quote'] });
      }
    },
  });
}
