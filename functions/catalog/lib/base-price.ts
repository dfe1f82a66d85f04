import { Problem } from '#platform/errors.ts';
import type { Money } from '#platform/money.ts';

/** A price as the catalog keeps it, in US cents. @throws Problem 422 `currency-not-base`: converted prices would change with the rate */
export function baseCents({ amount, currency }: Money): number {
  if (currency === 'USD') return amount;
  throw new Problem('unprocessable', 'currency-not-base', 'Base prices are in US dollars; other currencies are converted from them.', {
    errors: [{ pointer: '/price/currency', message: 'must be USD' }],
  });
}
