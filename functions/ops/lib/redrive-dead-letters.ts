import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { config } from '#platform/config.ts';
import { transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { AnswerOf, Body } from '#platform/http/contract.ts';
import type { redriveDeadLettersRoute } from './contract.ts';
import { queueNames } from './queue-names.ts';
import { queuesAsked } from './queues-asked.ts';
import { redriveQueue } from './redrive-queue.ts';
import { withSqs } from './sqs.client.ts';

/** No further messages are received after this, in ms: the function has 29 s, and what is under way (a receive, a send) ends within 12. */
const limitMs = 15_000;

/**
 * Sends dead letters back to the queues that they died in, by id or all of a queue. What was moved stays moved, whatever fails after it.
 * The audit log has the request before the first message moves.
 * @throws Problem 404 `queue-not-found`, 404 `dead-letter-not-found` when none of the ids is there any more, 503 `queues-unavailable`
 */
export async function redriveDeadLetters(
  { ids, queue }: Body<typeof redriveDeadLettersRoute>,
  { actor, now, signal }: { actor: string; now: Date; signal: AbortSignal },
): Promise<AnswerOf<typeof redriveDeadLettersRoute>> {
  const until = Date.now() + limitMs;
  const wanted = ids && new Set(ids);
  const redrive = (name: string) => {
    const change = { action: 'dead-letters.redriven', subject: `queue:${name}`, before: null, after: { ids: ids ?? 'all' } };
    const before = () => transaction((sql) => recordChange(sql, actor, change, now));
    return withSqs((sqs) => redriveQueue(sqs, queueNames(name, config.STAGE), { ...(wanted && { wanted }), before, until, signal }));
  };
  // All are awaited before a failure is thrown: nothing goes on behind the answer.
  const outcomes = await Promise.allSettled(queuesAsked(queue).map(redrive));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const [moved, kept] = [done.flatMap((each) => each.moved), done.flatMap((each) => each.kept)];
  const more = done.some(({ all }) => !all);
  if (ids && moved.length + kept.length === 0 && !more) {
    throw new Problem(
      'missing',
      'dead-letter-not-found',
      'None of these dead letters is there any more: they were redriven or deleted meanwhile.',
    );
  }
  return {
    redriven: moved.length,
    notRedriven: [
      ...[...(wanted ?? [])].map((id) => ({ id, reason: 'not-found' as const })),
      ...kept.map((id) => ({ id, reason: 'reads-a-stream' as const })),
    ],
    more,
  };
}
