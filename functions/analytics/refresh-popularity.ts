// rate(1 hour): what was sold since the last run makes its products more popular.
import { refreshPopularity } from '#functions/analytics/lib/refresh-popularity.ts';
import { sql } from '#platform/db/sql.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now, signal) => refreshPopularity(sql, { now, signal }));
