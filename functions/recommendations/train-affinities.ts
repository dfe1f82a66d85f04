// rate(1 hour): what goes with the products that were sold since the last run is learned anew from their orders.
import { trainAffinities } from '#functions/recommendations/lib/train-affinities.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now, signal) => trainAffinities({ now, signal }));
