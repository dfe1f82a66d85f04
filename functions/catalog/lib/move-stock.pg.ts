import type { Sql } from '#platform/db/sql.ts';
import { type Part, together } from '#platform/db/together.ts';
import { newId } from '#platform/ids.ts';

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
  /** Nothing moves where the order's pieces moved for this reason already. */
  unlessMoved?: string;
}

/**
 * Parts of a statement that move pieces of several products. Their rows are locked in id order, so that two orders never wait for each other,
 * and `locked` has each row as it is under its lock, which may be newer than what the statement sees elsewhere.
 * @param sign -1 takes pieces, all or none of them; 1 puts them back
 */
export const moveAll = (
  pieces: readonly Pieces[],
  sign: 1 | -1,
  { orderId, reason, actor, now, unlessMoved }: Move,
): Record<string, Part> => ({
  wanted: (bind) =>
    `select * from unnest(${bind(pieces.map(({ productId }) => productId))}::uuid[], ${bind(pieces.map(({ quantity }) => quantity))}::integer[],
                          ${bind(pieces.map(() => newId()))}::uuid[]) as piece (product_id, quantity, movement_id)${
                            unlessMoved === undefined
                              ? ''
                              : ` where not exists (select from stock_movements where order_id = ${bind(orderId)}::uuid and reason = ${bind(unlessMoved)})`
                          }`,
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

/** Puts an order's pieces back into stock. */
export async function returnStock(sql: Sql, pieces: readonly Pieces[], move: Move): Promise<void> {
  await together(sql, moveAll(pieces, 1, move), 'select from locked');
}
