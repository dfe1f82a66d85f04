// rate(1 minute): refunds that were left pending are carried out.
import { finishRefunds } from '#functions/payments/lib/carry-out-refund.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule(async (now, signal) => ({ refunded: await finishRefunds({ now, signal }) }));
