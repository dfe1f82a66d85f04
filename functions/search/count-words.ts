// rate(1 day): counts the words that typed ones are completed and mended by.
import { countWords } from '#functions/search/lib/count-words.ts';
import { sql } from '#platform/db/sql.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now, signal) => countWords(sql, { now, signal }));
