import { randomUUID } from 'node:crypto';
import { transaction } from '#platform/db/sql.ts';
import type { Currency } from '#platform/money.ts';
import { blockCopy, replaceCopy } from './cart-copies.redis.ts';
import { moveLines, ownCart, selectCart } from './carts.pg.ts';
import type { Cart } from './contract.ts';
import { cartOf } from './read-cart.ts';

/**
 * Puts a guest's cart into the shopper's own, quantities added up to 99 a line. The guest's cart is gone afterwards, so merging it again,
 * or merging an id that never was, changes nothing; another shopper's cart is not there for the taking.
 */
export function mergeCart(userId: string, guestId: string, currency: Currency, now: Date): Promise<Cart> {
  return transaction(async (sql) => {
    const ownId = await ownCart(sql, userId, randomUUID(), now);
    if (ownId !== guestId) await moveLines(sql, guestId, ownId, now);
    const row = await selectCart(sql, ownId);
    sql.afterCommit(async () => {
      if (ownId !== guestId) await blockCopy(guestId);
      if (row) await replaceCopy(ownId, row, now);
    });
    return cartOf(ownId, row, currency, now);
  });
}
