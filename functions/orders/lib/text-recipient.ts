import type { Sql } from '#platform/db/sql.ts';
import { selectTextRecipient } from './orders.pg.ts';

/** The number (E.164) that text messages about an order may go to by now, and the buyer's address; undefined without consent. */
export const textRecipientOf = (sql: Sql, orderId: string): Promise<{ number: string; email: string } | undefined> =>
  selectTextRecipient(sql, orderId);
