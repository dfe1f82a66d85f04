import type { orderEvents } from '#functions/orders/lib/contract.ts';
import type { TransactionSql } from '#platform/db/sql.ts';
import type { ReceivedEvent } from '#platform/events/envelope.ts';
import { addProductSales } from './product-sales.pg.ts';

/**
 * Adds the pieces of a paid order to what was sold of its products, on the day it was paid. What comes back later is not taken off again: what people
 * chose is what counts here, and refunds are shown beside the sales (`readSales`).
 */
export async function countSoldProducts(
  sql: TransactionSql,
  { time, data: { items, total } }: ReceivedEvent<(typeof orderEvents)['paid']>,
): Promise<void> {
  const lines = items.map(({ productId, quantity, unitPrice }) => ({
    productId,
    pieces: quantity,
    revenue: quantity * unitPrice.amount,
  }));
  await addProductSales(sql, time, total.currency, lines);
}
