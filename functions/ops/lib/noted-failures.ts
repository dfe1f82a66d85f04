import type { Sql } from '#platform/db/sql.ts';
import { selectFailures } from '#platform/events/failures.pg.ts';
import { type DeadMessage, failureKeyOf, type NotedFailure } from './dead-letter.ts';

/**
 * Looks up what consumers noted about messages, by one statement.
 * @returns gives a message's last failure: of the consumer that its queue is called by
 */
export async function noted(
  sql: Sql,
  found: readonly { queue: string; message: DeadMessage }[],
): Promise<(queue: string, message: DeadMessage) => NotedFailure | undefined> {
  const rows = await selectFailures(
    sql,
    found.map(({ message }) => failureKeyOf(message)),
  );
  const failures = new Map(
    rows.map(({ consumer, eventId, failedAt, ...rest }) => [
      `${consumer.slice(consumer.indexOf('/') + 1)} ${eventId}`,
      { ...rest, failedAt: new Date(failedAt).toISOString() },
    ]),
  );
  return (queue, message) => failures.get(`${queue} ${failureKeyOf(message)}`);
}
