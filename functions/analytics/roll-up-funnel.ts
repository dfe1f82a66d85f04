// rate(10 minutes): carts that began are counted, hour by hour.
import { rollUpFunnel } from '#functions/analytics/lib/roll-up-funnel.ts';
import { sql } from '#platform/db/sql.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now) => rollUpFunnel(sql, now));
