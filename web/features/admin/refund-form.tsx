import type { Money } from '#platform/money.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { formatMoney, minorDigitsOf, parseMoney } from '../../lib/money.ts';
import { isProblem } from '../../lib/problem.ts';
import { useFields } from '../../lib/use-fields.ts';

interface RefundFormProps {
  /** What can still be given back. */
  left: Money;
  pending: boolean;
  error: unknown;
  onRefund: (amount: Money, reason: string) => void;
}

/** How much goes back, all that is left to begin with, and why. */
export function RefundForm({ left, pending, error, onRefund }: RefundFormProps) {
  const { currency } = left;
  const digits = minorDigitsOf(currency);
  const fields = useFields({ amount: (left.amount / 10 ** digits).toFixed(digits), reason: '' });
  const submit = fields.onSubmit(
    ({ amount: text }) => {
      const amount = parseMoney(text, currency);
      if (amount && amount.amount >= 1 && amount.amount <= left.amount) return {};
      return { amount: `Please enter an amount up to ${formatMoney(left)}.` };
    },
    ({ amount: text, reason }) => {
      const amount = parseMoney(text, currency);
      if (amount) onRefund(amount, reason.trim());
    },
  );
  return (
    <form ref={fields.form} className="stack" onSubmit={submit} noValidate>
      {isProblem(error) && error.passing ? (
        <Alert tone="warn" title="The refund may not have arrived">
          We did not get an answer. Please press the button again: it is not given back twice.
        </Alert>
      ) : (
        Boolean(error) && <ProblemNote error={error} />
      )}
      <TextField
        {...fields.bind('amount')}
        label={`Amount in ${currency}`}
        inputMode="decimal"
        autoComplete="off"
        hint={`${formatMoney(left)} can be given back. All of it ends the order: before it is shipped, its items go back on sale.`}
        required
      />
      <TextField {...fields.bind('reason')} label="Reason" hint="The shopper can see it." maxLength={500} autoComplete="off" />
      <Button type="submit" look="danger" wide pending={pending}>
        Give back
      </Button>
    </form>
  );
}
