import type { TransactionSql } from '#platform/db/sql.ts';
import { type Part, together } from '#platform/db/together.ts';
import { Problem } from '#platform/errors.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { stockLow } from './contract.ts';
import { moveAll, type Pieces } from './move-stock.pg.ts';

/** A product's stock as it was when it was locked for an order. */
export interface StockAtHand {
  productId: string;
  quantity: number;
  stock: number;
}

/** `stock.low` is emitted when an order leaves this many pieces or fewer, once. */
const lowStock = 5;

/** Parts that take an order's pieces out of stock, or none of them: select `stockAtHand` and hand it to `refuseShort` and `emitLowStock`. */
export const takeStock = (orderId: string, pieces: readonly Pieces[], actor: string, now: Date): Record<string, Part> =>
  moveAll(pieces, -1, { orderId, reason: 'ordered', actor, now });

/** The SELECT over `takeStock`'s parts: each product's stock before the order. */
export const stockAtHand = 'select id as "productId", quantity, stock from locked';

/** What there is too little of: the items of a 409 `out-of-stock`. */
const shortOf = (found: readonly StockAtHand[]): { productId: string; requested: number; available: number }[] =>
  found
    .filter(({ stock, quantity }) => stock < quantity)
    .map(({ productId, quantity, stock }) => ({ productId, requested: quantity, available: stock }));

/** @throws Problem 409 `out-of-stock` with `items: [{productId, requested, available}]` */
export function refuseShort(found: readonly StockAtHand[]): void {
  const items = shortOf(found);
  if (items.length > 0) throw new Problem('conflict', 'out-of-stock', 'There is not enough of everything in stock.', { items });
}

/** Emits `stock.low` for each product that this order brought down to five pieces or fewer. */
export async function emitLowStock(sql: TransactionSql, found: readonly StockAtHand[], now: Date): Promise<void> {
  for (const { productId, quantity, stock } of found) {
    const left = stock - quantity;
    if (left > lowStock || stock <= lowStock) continue;
    await appendEvent(sql, stockLow, productId, { productId, stock: left }, now);
  }
}

/** Takes an order's pieces out of stock. @returns false when there are not enough of all: then none are taken */
export async function tryTakeStock(
  sql: TransactionSql,
  orderId: string,
  pieces: readonly Pieces[],
  actor: string,
  now: Date,
): Promise<boolean> {
  const found = await together<StockAtHand>(sql, takeStock(orderId, pieces, actor, now), stockAtHand);
  if (found.length < pieces.length || shortOf(found).length > 0) return false;
  await emitLowStock(sql, found, now);
  return true;
}
