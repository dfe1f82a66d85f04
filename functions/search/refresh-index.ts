// rate(1 hour): products whose stock or popularity changed lately are written to OpenSearch again.
import { refreshIndex } from '#functions/search/lib/refresh-index.ts';
import { sql } from '#platform/db/sql.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now, signal) => refreshIndex(sql, { now, signal }));
