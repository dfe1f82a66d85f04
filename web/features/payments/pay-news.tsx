import type { Order } from '#functions/orders/lib/contract.ts';
import type { Intent } from '#functions/payments/lib/contract.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { isProblem } from '../../lib/problem.ts';

interface PayNewsProps {
  order: Order;
  /** What the last try answered; before the first one, the order knows how an earlier one ended. */
  intent: Intent | undefined;
  error: unknown;
  /** While a try is under way, or the bank's question stands in front. */
  hidden: boolean;
  onAsk: () => void;
}

/** How the last try to pay ended, if it did not end well. */
export function PayNews({ order, intent, error, hidden, onAsk }: PayNewsProps) {
  if (hidden) return null;
  if (isProblem(error) && error.passing) {
    return (
      <Alert tone="warn" title="Your payment has not gone through yet">
        We could not reach the payment service, or did not hear back. Your order is safe: please pay again in a moment. You are never
        charged twice.
      </Alert>
    );
  }
  if (isProblem(error, 'payment-refused')) {
    return (
      <Alert tone="danger" title="This payment is not possible">
        {error.message} Nothing was charged, and trying again the same way does not help.
      </Alert>
    );
  }
  if (error) return <ProblemNote error={error} />;
  const status = intent?.status ?? order.payment?.status;
  if (status === 'failed') {
    return (
      <Alert tone="danger" title="The card was declined">
        {intent?.lastError ? `${intent.lastError.message} ` : ''}Nothing was charged. Your order still waits: please choose another card.
      </Alert>
    );
  }
  if (intent?.status === 'canceled') {
    return (
      <Alert tone="warn" title="That payment was closed">
        Nothing was charged. Please pay again.
      </Alert>
    );
  }
  if (status === 'requires_action') {
    return (
      <Alert
        tone="warn"
        title="Your bank asks you to confirm"
        actions={
          <Button look="secondary" onClick={onAsk}>
            Confirm with your bank
          </Button>
        }
      >
        Until you do, nothing is charged. You can also pay with another card.
      </Alert>
    );
  }
  return null;
}
