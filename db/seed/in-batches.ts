import type pg from 'pg';
import { connected } from './connection.ts';

export interface Batches {
  /** How many rows in all, and in a batch. */
  count: number;
  batch: number;
  /** Hears how many are done, about ten times. */
  report: (done: number) => void;
}

const writers = 2; // index upkeep is the work, and a core's worth of it each

/**
 * Writes rows number 1 to `count` in batches, each in a transaction of its own, on two connections at a time.
 * @param write gets the numbers of a batch
 */
export async function inBatches(
  url: string,
  { count, batch, report }: Batches,
  write: (client: pg.Client, numbers: number[]) => Promise<unknown>,
): Promise<void> {
  const step = Math.max(batch, Math.ceil(count / 10));
  let next = 1;
  let done = 0;
  let reported = 0;
  const work = async (client: pg.Client) => {
    await client.query(`set statement_timeout = 0; set gin_pending_list_limit = '64MB'`);
    while (next <= count) {
      const from = next;
      next += batch;
      const numbers = Array.from({ length: Math.min(batch, count - from + 1) }, (_, i) => from + i);
      await client.query('begin');
      await write(client, numbers);
      await client.query('commit');
      done += numbers.length;
      if (done === count || done >= reported + step) {
        reported = done;
        report(done);
      }
    }
  };
  const stopAll = (error: unknown) => {
    next = count + 1;
    throw error;
  };
  await Promise.all(Array.from({ length: writers }, () => connected(url, work).catch(stopAll)));
}
