// rate(5 minutes): minutes of sales that the stream's windows left open are told of.
import { closeMinutes } from '#functions/analytics/lib/close-minutes.ts';
import { schedule } from '#platform/events/schedule.ts';

/** Windows of the stream end by arrival, and their last call may be tried again: younger minutes are left to them. */
const graceMs = 120_000;

export const handler = schedule(async (now, signal) => ({
  closed: await closeMinutes({ until: new Date(now.getTime() - graceMs), now, signal }),
}));
