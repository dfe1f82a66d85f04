import type { Cart } from '#functions/cart/lib/contract.ts';
import type { Money as Amount } from '#platform/money.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { formatMoney } from '../../lib/money.ts';
import { isProblem } from '../../lib/problem.ts';
import type { FieldErrors } from './draft.ts';
import { OutOfStock } from './out-of-stock.tsx';

interface RefusalProps {
  error: unknown;
  cart: Cart;
  faults: FieldErrors;
  onAgain: (expectedTotal: Amount) => void;
  /** The refusal is dealt with. */
  onDone: () => void;
}

/** Why the order was not placed, and what the shopper can do about it. */
export function Refusal({ error, cart, faults, onAgain, onDone }: RefusalProps) {
  if (isProblem(error, 'price-changed') && isMoney(error.document.total)) {
    const { total } = error.document;
    return (
      <Alert
        tone="warn"
        title={`The total is now ${formatMoney(total)}`}
        actions={<Button onClick={() => onAgain(total)}>Order for {formatMoney(total)}</Button>}
      >
        Something in your order changed its price since you looked. Nothing is ordered yet.
      </Alert>
    );
  }
  if (isProblem(error, 'out-of-stock')) return <OutOfStock problem={error} cart={cart} onDone={onDone} />;
  if (isProblem(error, 'total-too-small') && isMoney(error.document.least)) {
    return (
      <Alert tone="warn" title={`An order has to come to ${formatMoney(error.document.least)} at least`}>
        Less than that cannot be paid. Please add something to your cart.
      </Alert>
    );
  }
  if (isProblem(error, 'total-too-large') && isMoney(error.document.most)) {
    return (
      <Alert tone="warn" title={`An order can come to ${formatMoney(error.document.most)} at most`}>
        More than that cannot be paid at once. Please order in parts. Nothing is ordered yet.
      </Alert>
    );
  }
  if (isProblem(error, 'unknown-product')) {
    return (
      <Alert tone="warn" title="Something in your cart is no longer sold">
        Please take it out of your cart and place the order again.
      </Alert>
    );
  }
  if (Object.keys(faults).length > 0) return <Alert tone="danger" title="Please check the marked fields" />;
  if (isProblem(error, 'invalid-request')) {
    return (
      <Alert tone="danger" title="Please check your details">
        Something in the form is not accepted. Nothing is ordered yet.
      </Alert>
    );
  }
  if (isProblem(error) && error.passing) {
    return (
      <Alert tone="warn" title="Your order may not have arrived">
        We did not get an answer. Please press Place order again: it cannot be ordered twice.
      </Alert>
    );
  }
  return <ProblemNote error={error} />;
}

const isMoney = (value: unknown): value is Amount =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;
