import type pg from 'pg';
import { soldStates } from '#functions/orders/lib/order-states.ts';
import { noteDue } from '#functions/recommendations/lib/affinities.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { SeedOrder } from './seed-order.ts';

/** Notes what recommendations have to learn of these orders, as if they had heard their events: the next training learns it. */
export async function writeAffinitiesDue(client: pg.ClientBase, orders: readonly SeedOrder[]): Promise<void> {
  const sql: Sql = async (text, values = []) => (await client.query(text, [...values])).rows;
  for (const { id, status, items } of orders) {
    if (soldStates.some((sold) => sold === status))
      await noteDue(
        sql,
        id,
        items.map(({ productId }) => productId),
      );
  }
}
