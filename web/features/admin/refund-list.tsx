import type { Order } from '#functions/orders/lib/contract.ts';
import { Alert } from '../../components/alert.tsx';
import { formatInstant } from '../../lib/dates.ts';
import { formatMoney } from '../../lib/money.ts';

const words = { pending: 'On its way', succeeded: 'Given back', failed: 'Failed' } as const;

/** Every refund of an order and how it ended; why, where it failed. Money that is still due stands out. */
export function RefundList({ order }: { order: Order }) {
  if (order.refunds.length === 0 && order.refundDue.amount === 0) return null;
  return (
    <section className="stack" aria-label="Refunds">
      <h2>Refunds</h2>
      {order.refundDue.amount > 0 && (
        <Alert tone="danger" title={`${formatMoney(order.refundDue)} still has to go back`}>
          A refund of it failed, or none was made. Please give it back by “Refund …”, or by another way.
        </Alert>
      )}
      <ol className="history">
        {order.refunds.toReversed().map(({ id, amount, status, reason, failure, createdAt }) => (
          <li key={id}>
            <strong>
              {formatMoney(amount)}: {words[status]}
            </strong>
            <time dateTime={createdAt} className="soft small">
              {formatInstant(createdAt)}
            </time>
            {reason && <span className="small">{reason}</span>}
            {failure && <span className="small">Why it failed: {failure.message}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
