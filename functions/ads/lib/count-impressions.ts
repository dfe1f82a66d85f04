import type { Sql } from '#platform/db/sql.ts';
import { countAdImpressions } from './figures.pg.ts';

/** Counts that ads were seen, each once. @param adIds each named once; those of no ad count for nothing */
export const countImpressions = (sql: Sql, adIds: readonly string[], { now }: { now: Date }): Promise<void> =>
  countAdImpressions(sql, adIds, now);
