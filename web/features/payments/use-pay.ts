import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Intent } from '#functions/payments/lib/contract.ts';
import { call } from '../../lib/api.ts';
import { attempt } from '../../lib/attempt.ts';
import { isProblem } from '../../lib/problem.ts';
import { confirmPayment, createIntent } from '../../lib/routes.ts';
import { orderToken } from '../orders/my-orders.ts';

/** One try to pay. */
export interface Payment {
  /** Gives the payment method's id; what the shopper typed for it never comes here. Without: a payment that waits for the bank goes on. */
  choose?: () => Promise<string>;
  /** Has the shopper answer their bank, where that happens in the browser. Gives the payment method that the bank has agreed to. */
  authenticate?: (intent: Intent) => Promise<string>;
}

/** Pays an order. Paying again after a decline or a lost answer goes on with the same intent: nothing is charged twice. */
export function usePay(orderId: string, onAnswer: (intent: Intent) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (payment: Payment) => pay(orderId, payment),
    retry: (failures, error) => isProblem(error, 'in-progress') && failures < 8,
    retryDelay: 750,
    onSuccess: (intent) => onAnswer(intent),
    // Paid by now, expired, or cancelled in another tab: the order itself says which.
    onSettled: () => client.invalidateQueries({ queryKey: ['order', orderId] }),
  });
}

async function pay(orderId: string, { choose, authenticate }: Payment): Promise<Intent> {
  const paymentMethod = await choose?.();
  const open = await openIntent(orderId);
  if (open.status === 'succeeded' || open.status === 'processing') return open;
  const intent = paymentMethod === undefined ? open : await confirm(open.id, paymentMethod, orderId);
  if (intent.status !== 'requires_action' || !authenticate) return intent;
  return confirm(intent.id, await authenticate(intent), orderId);
}

const confirm = (intentId: string, paymentMethod: string, orderId: string): Promise<Intent> =>
  call(confirmPayment, { body: { intentId, paymentMethod }, orderToken: orderToken(orderId) });

/** The order's open intent, or a new one. */
function openIntent(orderId: string): Promise<Intent> {
  const body = { orderId };
  return attempt(`intent.${orderId}`, body, (idempotencyKey) =>
    call(createIntent, { body, idempotencyKey, orderToken: orderToken(orderId) }),
  );
}
