// stream OrderEvents: orders and refunds are added up, and each minute that is over is told of.
import { addSales } from '#functions/analytics/lib/add-sales.ts';
import { closeMinutes } from '#functions/analytics/lib/close-minutes.ts';
import { saleEvents } from '#functions/analytics/lib/sale-fact.ts';
import { consumeStream } from '#platform/events/consume-stream.ts';

export const handler = consumeStream('analytics/roll-up-sales', saleEvents, {
  handle: addSales,
  close: (until, { now, signal }) => closeMinutes({ until, now, signal }),
});
