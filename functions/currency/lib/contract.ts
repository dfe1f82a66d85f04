import * as z from 'zod/mini';
import { defineRoute } from '#platform/http/contract.ts';
import { digits } from '#platform/http/schemas.ts';
import { Currency, Money } from '#platform/money.ts';

/** The day that the source gives a rate for. */
const asOf = z.iso.date();

export const listCurrenciesRoute = defineRoute({
  method: 'GET',
  path: '/api/currencies',
  auth: 'public',
  summary: 'The currencies that prices can be asked for in, and their rates of exchange',
  answers: {
    200: z.strictObject({
      items: z.array(
        z.strictObject({
          code: Currency,
          name: z.string(),
          /** Digits of the minor unit, in which amounts are given: 2 for cents, 0 for yen. */
          minorUnits: z.int(),
          /** Units of the currency for one US dollar, exact to the millionth: 0.9214. */
          rate: z.number(),
          asOf,
          /** `fixed`, or the host of the feed that the rate came from. */
          source: z.string(),
        }),
      ),
    }),
  },
  cacheable: true,
});

export const convertAmountRoute = defineRoute({
  method: 'GET',
  path: '/api/currencies/convert',
  auth: 'public',
  summary: 'What an amount in minor units is worth in another currency, rounded once, half to even',
  query: z.strictObject({ amount: digits(0, Number.MAX_SAFE_INTEGER), from: Currency, to: Currency }),
  answers: {
    200: z.strictObject({
      from: Money,
      to: Money,
      /** Units of `to` for one unit of `from`, to twelve significant digits. The amount is made by the exact rates, not by this number. */
      rate: z.number(),
      asOf,
    }),
  },
  problems: ['amount-too-large'],
  cacheable: true,
});
