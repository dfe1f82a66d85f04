import { transaction } from '#platform/db/sql.ts';
import type { ReceivedEvent } from '#platform/events/envelope.ts';
import { type SaleEvent, saleFactOf } from './sale-fact.ts';
import { addFacts, lockSales } from './sales.pg.ts';

/** Adds what events tell of sales, in one transaction. Events that were added before change nothing, and so does their order. */
export function addSales(events: readonly ReceivedEvent<SaleEvent>[]): Promise<number> {
  return transaction(async (sql) => {
    await lockSales(sql);
    return addFacts(sql, events.map(saleFactOf));
  });
}
