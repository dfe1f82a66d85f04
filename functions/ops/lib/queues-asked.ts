import { config } from '#platform/config.ts';
import { Problem } from '#platform/errors.ts';

/** The queues that have dead letters, by the short names that people use: `notify-people`. */
const shortNames = config.DEAD_LETTER_QUEUES.split(',').filter((name) => name !== '');

/**
 * The queues that a request is about: one, or all.
 * @throws Problem 404 `queue-not-found`
 */
export function queuesAsked(shortName: string | undefined): string[] {
  if (shortName === undefined) return shortNames;
  if (shortNames.includes(shortName)) return [shortName];
  throw new Problem('missing', 'queue-not-found', `There is no queue ${shortName}. These have dead letters: ${shortNames.join(', ')}.`);
}
