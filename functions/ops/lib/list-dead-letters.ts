import type { SQSClient } from '@aws-sdk/client-sqs';
import { config } from '#platform/config.ts';
import { type ListOrder, listPage, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { DeadLetter, listDeadLettersRoute } from './contract.ts';
import { type DeadMessage, deadLetterOf } from './dead-letter.ts';
import { getQueue, readMessages } from './dead-letters.client.ts';
import { noted } from './noted-failures.ts';
import { queueNames } from './queue-names.ts';
import { queuesAsked } from './queues-asked.ts';
import { withSqs } from './sqs.client.ts';

/** How many messages of a queue are looked at, and for how long, in ms. `queues` says how many there are. */
const most = 1_000;
const limitMs = 5_000;

/**
 * Dead letters, the last that failed first, with the reasons that consumers noted. SQS has no list and no order: each page looks at all of them.
 * @throws Problem 404 `queue-not-found`, 503 `queues-unavailable`, 400 `invalid-cursor`
 */
export async function listDeadLetters(
  sql: Sql,
  { queue, ...paging }: Query<typeof listDeadLettersRoute>,
): Promise<AnswerOf<typeof listDeadLettersRoute>> {
  const asked = queuesAsked(queue);
  const looked = await withSqs((sqs) => Promise.all(asked.map((name) => look(sqs, name))));
  const found = looked.flatMap(({ queue, messages }) => messages.map((message) => ({ queue, message })));
  const reasonOf = await noted(sql, found);
  const letters = found.map(({ queue, message }) => deadLetterOf(queue, message, reasonOf(queue, message))).sort(byFailure);
  const page = await listPage(paging, {
    order,
    filters: { queue },
    select: async (slice) => sliceOf(letters, slice),
    sortValue: ({ failedAt }) => failedAt,
    itemOf: (letter) => letter,
  });
  return { ...page, queues: looked.map(({ queue, count }) => ({ queue, messages: count })) };
}

async function look(sqs: SQSClient, name: string): Promise<{ queue: string; count: number; messages: DeadMessage[] }> {
  const queue = await getQueue(sqs, queueNames(name, config.STAGE).deadLetters);
  return { queue: name, ...(await readMessages(queue, { most, until: Date.now() + limitMs })) };
}

const order: ListOrder = { sort: 'failed', column: '', type: 'timestamptz', direction: 'desc', id: 'id' };
const keyOf = ({ failedAt, id }: DeadLetter) => `${failedAt} ${id}`;
const byFailure = (a: DeadLetter, b: DeadLetter) => (keyOf(a) > keyOf(b) ? -1 : 1);

/** What `keyset` says in SQL, for rows at hand. */
function sliceOf(letters: DeadLetter[], { after, skip, limit }: Slice): DeadLetter[] {
  const rest = after === undefined ? letters : letters.filter((letter) => keyOf(letter) < `${after.values[0]} ${after.id}`);
  return rest.slice(skip, skip + limit);
}
