// rate(4 hours): exchange rates are read from their feed.
import { refreshRates } from '#functions/currency/lib/refresh-rates.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now, signal) => refreshRates({ now, signal }));
