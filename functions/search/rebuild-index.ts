// invoked by npm run search:reindex: the index in OpenSearch is built anew, as far as the time of one call goes.
import * as z from 'zod/mini';
import { rebuildIndex } from '#functions/search/lib/rebuild-index.ts';
import { now } from '#platform/clock.ts';
import { sql } from '#platform/db/sql.ts';
import { invoked } from '#platform/events/invoked.ts';

export const handler = invoked(z.strictObject({}), (_, signal) => rebuildIndex(sql, { now, signal }));
