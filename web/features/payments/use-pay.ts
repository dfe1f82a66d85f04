import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Intent } from '#functions/payments/lib/contract.ts';
import { call } from '../../lib/api.ts';
import { attempt } from '../../lib/attempt.ts';
import { isProblem } from '../../lib/problem.ts';
import { confirmPayment, createIntent } from '../../lib/routes.ts';
import { orderToken } from '../orders/my-orders.ts';

/** Pays an order with a card. Paying again after a decline or a lost answer goes on with the same intent: nothing is charged twice. */
export function usePay(orderId: string, onAnswer: (intent: Intent) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ paymentMethod }: { paymentMethod: string }) => {
      const intent = await openIntent(orderId);
      if (intent.status === 'succeeded' || intent.status === 'processing') return intent;
      return call(confirmPayment, { body: { intentId: intent.id, paymentMethod }, orderToken: orderToken(orderId) });
    },
    retry: (failures, error) => isProblem(error, 'in-progress') && failures < 8,
    retryDelay: 750,
    onSuccess: (intent) => onAnswer(intent),
    // Paid by now, expired, or cancelled in another tab: the order itself says which.
    onSettled: () => client.invalidateQueries({ queryKey: ['order', orderId] }),
  });
}

/** The order's open intent, or a new one. */
function openIntent(orderId: string): Promise<Intent> {
  const body = { orderId };
  return attempt(`intent.${orderId}`, body, (idempotencyKey) =>
    call(createIntent, { body, idempotencyKey, orderToken: orderToken(orderId) }),
  );
}
