import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Order } from '#functions/orders/lib/contract.ts';
import type { refundOrderRoute } from '#functions/payments/lib/contract.ts';
import type { BodyInput } from '#platform/http/contract.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useAnnounce } from '../../components/toasts.tsx';
import { call } from '../../lib/api.ts';
import { attempt } from '../../lib/attempt.ts';
import { formatMoney } from '../../lib/money.ts';
import { isProblem } from '../../lib/problem.ts';
import { refundOrder } from '../../lib/routes.ts';
import { useSingleMutation } from '../../lib/use-single-mutation.ts';
import { RefundForm } from './refund-form.tsx';

const outcomes = {
  pending: 'is on its way back.',
  succeeded: 'was given back.',
  failed: 'could not be given back. The order says why.',
} as const;

/** Gives money back after asking how much. A retry after a lost answer is the same refund. */
export function RefundOrder({ order }: { order: Order }) {
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const announce = useAnnounce();
  const refund = useSingleMutation({
    mutationFn: (body: BodyInput<typeof refundOrderRoute>) =>
      attempt(`refund.${order.id}`, body, (idempotencyKey) => call(refundOrder, { body, idempotencyKey })),
    retry: (failures, error) => isProblem(error, 'in-progress') && failures < 8,
    retryDelay: 750,
    onSuccess: ({ amount, status }) => {
      setAsking(false);
      announce(`${formatMoney(amount)} ${outcomes[status]}`);
    },
    onSettled: () => Promise.all(['order', 'orders'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  const given = order.refunds.reduce((total, { amount, status }) => total + (status === 'failed' ? 0 : amount.amount), 0);
  const left = Math.max(order.total.amount - given, order.refundDue.amount);
  if (order.payment?.status !== 'succeeded' || left <= 0) return null;
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        Refund …
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Refund this order">
        <RefundForm
          left={{ ...order.total, amount: left }}
          pending={refund.isPending}
          error={refund.error}
          onRefund={(amount, reason) =>
            refund.mutate({ orderId: order.id, ...(amount.amount < left && { amount }), ...(reason && { reason }) })
          }
        />
      </Dialog>
    </>
  );
}
