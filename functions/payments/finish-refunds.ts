// rate(1 minute): refunds that were left pending are carried out.
import { finishRefunds } from '#functions/payments/lib/refund-payment.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule(async (now) => ({ refunded: await finishRefunds(now) }));
