import '../../components/choice.css';
import type { ShippingMethod } from '#functions/shipping/lib/methods.ts';
import { Money } from '../../components/money.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatDays } from '../../lib/dates.ts';
import type { Draft } from './draft.ts';
import type { useQuote } from './use-quote.ts';

interface ShippingOptionsProps {
  draft: Draft;
  quotes: ReturnType<typeof useQuote>;
  onChange: (method: ShippingMethod) => void;
}

export const ShippingOptions = ({ draft, quotes, onChange }: ShippingOptionsProps) => (
  <fieldset className="stack" aria-busy={quotes.isFetching || undefined}>
    <legend>
      <h2>Shipping method</h2>
    </legend>
    {quotes.isError ? (
      <ProblemNote error={quotes.error} onRetry={() => quotes.refetch()} pending={quotes.isFetching} />
    ) : quotes.data ? (
      <div className="choices">
        {quotes.data.map(({ method, name, cost, delivery }) => (
          <label className="choice" key={method}>
            <input
              type="radio"
              name="shippingMethod"
              value={method}
              checked={draft.shippingMethod === method}
              onChange={() => onChange(method)}
            />
            <span className="choice-text">
              <strong>{name}</strong>
              <span className="soft small">Arrives {formatDays(delivery)}</span>
            </span>
            <strong>{cost.amount === 0 ? 'Free' : <Money value={cost} />}</strong>
          </label>
        ))}
      </div>
    ) : (
      <Skeleton shape="block" />
    )}
  </fieldset>
);
