// rate(1 minute): orders that were not paid in time end, and their stock goes back.
import { expireOrders } from '#functions/orders/lib/expire-orders.ts';
import { config } from '#platform/config.ts';
import { sql } from '#platform/db/sql.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule(async (now, signal) => ({
  expired: await expireOrders(sql, config.ORDER_EXPIRY_SECONDS, { now, signal }),
}));
