import { once } from 'node:events';
import { readFaults } from '#platform/faults/read-faults.pg.ts';
import type { Agent } from '../agent.ts';
import { emptyRatings, fillRatings } from '../ratings.pg.ts';

/** Fills the table that is read slowly. It stays full while the fault is on, also from one start of this function to the next. */
export const agent: Agent = async (_fault, { control, signal }) => {
  await fillRatings(control.sql);
  if (!signal.aborted) await once(signal, 'abort');
  const now = Date.now();
  const run = await readFaults(control.sql, new Date(now));
  const goesOn = run?.faults.some(({ name, startsAt }) => name === 'slow-query' && startsAt <= now);
  if (!goesOn) await emptyRatings(control.sql);
};
