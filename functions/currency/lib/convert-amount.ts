import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { Currency, Money } from '#platform/money.ts';
import type { convertAmountRoute } from './contract.ts';
import { convert, type Exchange, exchangeOf } from './convert.ts';
import { ratesNow } from './exchange-into.ts';

/** Converts an amount by the rates that count now. @throws Problem 422 `amount-too-large` when the result is too large to be exact */
export async function convertAmount(
  sql: Sql,
  { amount, from, to }: Query<typeof convertAmountRoute>,
): Promise<AnswerOf<typeof convertAmountRoute>> {
  const rates = await ratesNow(sql);
  const exchange = (currency: Currency) => exchangeOf(currency, rates.get(currency)?.micros);
  const [source, target] = [exchange(from), exchange(to)];
  return {
    from: { amount, currency: from },
    to: converted(amount, source, target),
    rate: Number((Number(target.micros) / Number(source.micros)).toPrecision(12)),
    asOf: rates.get(to === 'USD' ? from : to)?.asOf ?? '', // the dollar's own rate is one on any day
  };
}

function converted(amount: number, from: Exchange, to: Exchange): Money {
  try {
    return convert(amount, from, to);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem('unprocessable', 'amount-too-large', `The amount in ${to.currency} would be too large to be exact.`, {
      errors: [{ pointer: '/query/amount', message: 'must be less' }],
    });
  }
}
