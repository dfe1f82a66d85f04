import { linesOf } from '#functions/cart/lib/lines.pg.ts';
import { priceIn } from '#functions/currency/lib/convert.ts';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Body } from '#platform/http/contract.ts';
import { sum } from '#platform/money.ts';
import type { quoteShippingRoute } from './contract.ts';
import { deliveryDates, shippingCost, shippingMethods, shippingName } from './methods.ts';

/** What each method costs for these goods, and when it arrives if they are ordered now. */
export async function quoteShipping(
  sql: Sql,
  body: Body<typeof quoteShippingRoute>,
  { now }: { now: Date },
): Promise<AnswerOf<typeof quoteShippingRoute>> {
  const { country, currency = 'USD' } = body;
  const exchange = await exchangeInto(sql, currency);
  const lines = await linesOf(sql, body);
  const parcel = {
    country,
    pieces: sum(lines.map((line) => line.quantity)),
    subtotal: sum(lines.map((line) => line.cents * line.quantity)),
  };
  const subtotal = sum(lines.map((line) => priceIn(line.cents, exchange).amount * line.quantity));
  return {
    quotes: shippingMethods.map((method) => {
      const cost = priceIn(shippingCost(method, parcel), exchange);
      const total = { amount: sum([subtotal, cost.amount]), currency };
      return { method, name: shippingName(method), cost, total, delivery: deliveryDates(method, country, now) };
    }),
  };
}
