import type { Order } from '#functions/orders/lib/contract.ts';
import { Alert } from '../../components/alert.tsx';
import { formatMoney } from '../../lib/money.ts';

/** Tells a shopper of money that is on its way back, or that could not go back yet. */
export function RefundNote({ order }: { order: Order }) {
  const pending = order.refunds.filter(({ status }) => status === 'pending').reduce((total, { amount }) => total + amount.amount, 0);
  return (
    <>
      {pending > 0 && (
        <Alert tone="info" title={`${formatMoney({ ...order.total, amount: pending })} is on its way back to you`}>
          Your bank may need a few days.
        </Alert>
      )}
      {order.refundDue.amount > 0 && (
        <Alert tone="warn" title={`We could not send ${formatMoney(order.refundDue)} back to you yet`}>
          Your bank did not take it. We see to it.
        </Alert>
      )}
    </>
  );
}
