import { type Exchange, priceIn } from '#functions/currency/lib/convert.ts';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import type { Sql } from '#platform/db/sql.ts';
import { type Currency, sum } from '#platform/money.ts';
import { keepCopy, readCopy } from './cart-copies.redis.ts';
import { type CartRow, selectCart } from './carts.pg.ts';
import type { Cart } from './contract.ts';

/** The cart at today's prices, which may come from a copy of the last seconds; one that is unknown, cleared or ordered is empty. */
export async function readCart(
  sql: Sql,
  { sessionId }: { sessionId: string },
  { currency, now }: { currency: Currency; now: Date },
): Promise<Cart> {
  const exchange = await exchangeInto(sql, currency);
  const copy = await readCopy(sessionId, now);
  const row = copy ?? (await selectCart(sql, sessionId));
  if (row && !copy) void keepCopy(sessionId, row, now); // whether it is kept or not changes nothing for this request
  return cartOf(sessionId, row, exchange, now);
}

/** A row as the API shows it. */
export function cartOf(sessionId: string, row: CartRow | undefined, exchange: Exchange, now: Date): Cart {
  const { currency } = exchange;
  const items = (row?.items ?? []).map(({ cents, ...item }) => {
    const unitPrice = priceIn(cents, exchange);
    return { ...item, unitPrice, lineTotal: { amount: unitPrice.amount * item.quantity, currency } };
  });
  return {
    sessionId,
    items,
    itemCount: sum(items.map((item) => item.quantity)),
    subtotal: { amount: sum(items.map((item) => item.lineTotal.amount)), currency },
    version: row?.version ?? 0,
    updatedAt: row?.updated_at ?? now.toISOString(),
  };
}
