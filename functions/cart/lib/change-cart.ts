import { randomUUID } from 'node:crypto';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Body, Params } from '#platform/http/contract.ts';
import type { Currency } from '#platform/money.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { blockCopy } from './cart-copies.redis.ts';
import { addToLine, type CartRow, clearLines, removeLine, setLine } from './carts.pg.ts';
import type { addItemRoute, Cart, removeItemRoute, updateItemRoute } from './contract.ts';
import { cartOf } from './read-cart.ts';

/** In what a cart is answered, and when it was asked for. */
interface Asked {
  currency: Currency;
  now: Date;
}

/** Adds pieces of a product; without a session id it begins a cart under a new random one. */
export async function addItem(
  sql: Sql,
  { sessionId = randomUUID(), productId, quantity }: Body<typeof addItemRoute>,
  asked: Asked,
): Promise<Cart> {
  const cart = await changed(sql, sessionId, () => addToLine(sql, sessionId, productId, quantity, asked.now), asked);
  measure('cart_adds', 1);
  return cart;
}

/** Sets a line's quantity; 0 takes the product out. */
export function updateItem(sql: Sql, { sessionId, productId, quantity }: Body<typeof updateItemRoute>, asked: Asked): Promise<Cart> {
  if (quantity === 0) return removeItem(sql, { sessionId, productId }, asked);
  return changed(sql, sessionId, () => setLine(sql, sessionId, productId, quantity, asked.now), asked);
}

export const removeItem = (sql: Sql, { sessionId, productId }: Params<typeof removeItemRoute>, asked: Asked): Promise<Cart> =>
  changed(sql, sessionId, () => removeLine(sql, sessionId, productId, asked.now), asked);

export const clearCart = (sql: Sql, { sessionId }: { sessionId: string }, asked: Asked): Promise<Cart> =>
  changed(sql, sessionId, () => clearLines(sql, sessionId, asked.now), asked);

/** The cart after a change. Its copy in Redis is blocked concurrently, so the request waits for the slower of the two, not for both. */
async function changed(sql: Sql, sessionId: string, change: () => Promise<CartRow | undefined>, { currency, now }: Asked): Promise<Cart> {
  const exchange = await exchangeInto(sql, currency); // first: where it fails, nothing has changed
  const [row] = await Promise.all([change(), blockCopy(sessionId)]);
  return cartOf(sessionId, row, exchange, now);
}
