import { transaction } from '#platform/db/sql.ts';
import { together } from '#platform/db/together.ts';
import { insertEvents, newEvent, publishAfterCommit } from '#platform/events/outbox.pg.ts';
import { windowClosed } from './contract.ts';
import { lockSales, takeMinutesToClose } from './sales.pg.ts';
import { salesOf, totalsByStart } from './sales-totals.ts';

/** Minutes in a transaction: each is an event, and all are published after the commit. */
const batch = 100;

/**
 * Tells of minutes with paid orders that are over, by `analytics.window-closed.v1`. A minute is told of once, and again when an order of it
 * became known later. Whatever an earlier call left is done by the next.
 * @param until minutes that ended by then
 * @param signal begin no further transaction once it is aborted
 * @returns how many were told of
 */
export async function closeMinutes({ until, now, signal }: { until: Date; now: Date; signal: AbortSignal }): Promise<number> {
  let closed = 0;
  for (let taken = batch; taken === batch && !signal.aborted; closed += taken) taken = await closeSome(until, now);
  return closed;
}

const closeSome = (until: Date, now: Date): Promise<number> =>
  transaction(async (sql) => {
    await lockSales(sql);
    const minutes = totalsByStart(await takeMinutesToClose(sql, until, batch));
    const events = [...minutes].map(([start, totals]) => {
      const { orders: count, buyers: uniqueUsers, revenue: totalRevenue } = salesOf(start, totals);
      return newEvent(windowClosed, start, { windowStart: start, count, totalRevenue, uniqueUsers }, now);
    });
    if (events.length > 0) {
      await together(sql, { events: insertEvents(events) }, 'select');
      publishAfterCommit(sql, events);
    }
    return events.length;
  });
