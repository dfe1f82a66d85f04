import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql } from '#platform/db/sql.ts';

/** Deletes demonstrations that were ended before an instant, with their faults; never the last one, by which a stage knows that it had its initial mode. */
export const deleteDemoRuns = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(
    sql,
    { table: 'demo_runs', instant: 'ended_at', also: 'id <> (select id from demo_runs order by started_at desc limit 1)' },
    before,
    limit,
  );

/** Deletes runs of made-up shoppers that ended before an instant, with their figures. */
export const deleteTrafficRuns = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'traffic_runs', instant: 'ended_at' }, before, limit);
