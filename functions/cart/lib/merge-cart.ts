import { randomUUID } from 'node:crypto';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Body } from '#platform/http/contract.ts';
import type { Currency } from '#platform/money.ts';
import { blockCopy } from './cart-copies.redis.ts';
import { mergeInto } from './carts.pg.ts';
import type { Cart, mergeCartRoute } from './contract.ts';
import { cartOf } from './read-cart.ts';

/**
 * Puts a guest's cart into the shopper's own, quantities added up to 99 a line. The guest's cart is gone afterwards, so merging it again,
 * or merging an id that never was, changes nothing; another shopper's cart cannot be merged.
 */
export async function mergeCart(
  sql: Sql,
  { sessionId: guestId }: Body<typeof mergeCartRoute>,
  { userId, currency, now }: { userId: string; currency: Currency; now: Date },
): Promise<Cart> {
  const exchange = await exchangeInto(sql, currency);
  const row = await mergeInto(sql, { userId, guestId, newId: randomUUID(), now });
  await Promise.all([blockCopy(guestId), blockCopy(row.session_id)]); // the own cart's id is known only now
  return cartOf(row.session_id, row, exchange, now);
}
