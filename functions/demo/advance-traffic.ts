// rate(1 minute): carries made-up shoppers on, and puts back what they bought. generate-traffic starts it too.
import { advanceTraffic } from '#functions/demo/lib/advance-traffic.ts';
import { now } from '#platform/clock.ts';
import { config } from '#platform/config.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule(async (_time, signal) => {
  if (config.FAULTS_ALLOWED !== 'true') return { shoppers: 0, restocked: 0 };
  return advanceTraffic({ origin: config.PUBLIC_URL, now, signal });
});
