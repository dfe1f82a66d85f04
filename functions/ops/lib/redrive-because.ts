import { config } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import { getQueue, readMessages } from './dead-letters.client.ts';
import { noted } from './noted-failures.ts';
import { queueNames } from './queue-names.ts';
import { redriveQueue } from './redrive-queue.ts';
import { withSqs } from './sqs.client.ts';

/** How many messages are looked at. Those behind them are seen by the next run. */
const most = 1_000;

/**
 * Sends those dead letters of a queue back of which the consumer noted last that they failed for a reason with this text in it.
 * @param queue its short name: `notify-people`
 * @param until no further messages are asked for after this instant, in ms, nor when the signal has aborted
 * @returns how many were sent back
 * @throws Problem 503 `queues-unavailable`
 */
export const redriveBecause = (
  sql: Sql,
  { queue, reason }: { queue: string; reason: string },
  { until, signal }: { until: number; signal: AbortSignal },
): Promise<number> =>
  withSqs(async (sqs) => {
    const names = queueNames(queue, config.STAGE);
    const { messages } = await readMessages(await getQueue(sqs, names.deadLetters), { most, until });
    const reasonOf = await noted(
      sql,
      messages.map((message) => ({ queue, message })),
    );
    const wanted = new Set(messages.filter((message) => reasonOf(queue, message)?.error.includes(reason)).map(({ id }) => id));
    if (wanted.size === 0) return 0;
    return (await redriveQueue(sqs, names, { wanted, until, signal })).moved.length;
  });
