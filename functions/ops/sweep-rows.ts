// rate(1 day): rows that were kept long enough are deleted.
import { sweepRows } from '#functions/ops/lib/sweep-rows.ts';
import { sql } from '#platform/db/sql.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now, signal) => sweepRows(sql, { now, signal }));
