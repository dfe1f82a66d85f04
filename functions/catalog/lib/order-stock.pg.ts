import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import { type Part, together } from '#platform/db/together.ts';
import { Problem } from '#platform/errors.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { newId } from '#platform/ids.ts';
import { stockLow } from './contract.ts';

/** Pieces of one product. */
export interface Pieces {
  productId: string;
  quantity: number;
}

/** Why pieces move, for the movements' rows. */
interface Move {
  orderId: string;
  reason: string;
  actor: string;
  now: Date;
}

/** A product's stock as it was when it was locked for an order. */
export interface StockAtHand {
  productId: string;
  quantity: number;
  stock: number;
}

/** `stock.low` is emitted when an order leaves this many pieces or fewer, once. */
const lowStock = 5;

/**
 * Parts of a statement that move pieces of several products. Their rows are locked in id order, so that two orders never wait for each other,
 * and `locked` has each row as it is under its lock, which may be newer than what the statement sees elsewhere.
 * @param sign -1 takes pieces, all or none of them; 1 puts them back
 */
const moveAll = (pieces: readonly Pieces[], sign: 1 | -1, { orderId, reason, actor, now }: Move): Record<string, Part> => ({
  wanted: (bind) =>
    `select * from unnest(${bind(pieces.map(({ productId }) => productId))}::uuid[], ${bind(pieces.map(({ quantity }) => quantity))}::integer[],
                          ${bind(pieces.map(() => newId()))}::uuid[]) as piece (product_id, quantity, movement_id)`,
  locked: () =>
    'select p.id, p.stock, w.quantity, w.movement_id from products p join wanted w on w.product_id = p.id order by p.id for no key update of p',
  moved: (bind) =>
    `update products p set stock = locked.stock + ${sign} * locked.quantity, updated_at = greatest(p.updated_at, ${bind(now)}) from locked
      where p.id = locked.id${sign < 0 ? ` and (select count(*) from locked where stock >= quantity) = ${bind(pieces.length)}` : ''}
      returning p.id, ${sign} * locked.quantity as delta, locked.movement_id`,
  noted: (bind) =>
    `insert into stock_movements (id, product_id, delta, reason, order_id, actor, at)
       select movement_id, id, delta, ${bind(reason)}, ${bind(orderId)}::uuid, ${bind(actor)}, ${bind(now)}::timestamptz from moved`,
});

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

/** Puts an order's pieces back into stock. */
export async function returnStock(
  sql: Sql,
  orderId: string,
  pieces: readonly Pieces[],
  reason: string,
  actor: string,
  now: Date,
): Promise<void> {
  await together(sql, moveAll(pieces, 1, { orderId, reason, actor, now }), 'select from locked');
}
