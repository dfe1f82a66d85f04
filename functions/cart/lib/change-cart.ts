import { randomUUID } from 'node:crypto';
import type { Sql } from '#platform/db/sql.ts';
import type { Body } from '#platform/http/contract.ts';
import type { Currency } from '#platform/money.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { addToLine, clearLines, removeLine, setLine } from './carts.pg.ts';
import type { addItemRoute, Cart, updateItemRoute } from './contract.ts';
import { readChangedCart } from './read-cart.ts';

/** Adds pieces of a product; without a session id it begins a cart under a new random one. */
export async function addItem(
  sql: Sql,
  { sessionId = randomUUID(), productId, quantity }: Body<typeof addItemRoute>,
  currency: Currency,
  now: Date,
): Promise<Cart> {
  await addToLine(sql, sessionId, productId, quantity, now);
  measure('cart_adds', 1);
  return readChangedCart(sql, sessionId, currency, now);
}

/** Sets a line's quantity; 0 takes the product out. */
export async function updateItem(
  sql: Sql,
  { sessionId, productId, quantity }: Body<typeof updateItemRoute>,
  currency: Currency,
  now: Date,
): Promise<Cart> {
  if (quantity === 0) await removeLine(sql, sessionId, productId, now);
  else await setLine(sql, sessionId, productId, quantity, now);
  return readChangedCart(sql, sessionId, currency, now);
}

export async function removeItem(sql: Sql, sessionId: string, productId: string, currency: Currency, now: Date): Promise<Cart> {
  await removeLine(sql, sessionId, productId, now);
  return readChangedCart(sql, sessionId, currency, now);
}

export async function clearCart(sql: Sql, sessionId: string, currency: Currency, now: Date): Promise<Cart> {
  await clearLines(sql, sessionId, now);
  return readChangedCart(sql, sessionId, currency, now);
}
