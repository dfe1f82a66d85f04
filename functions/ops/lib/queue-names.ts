/** Ends the name of every queue of dead letters. */
const ending = '-dead-letters';

/** How a queue and its dead letters are called in SQS. What reads a stream has dead letters, and no queue. */
export const queueNames = (shortName: string, stage: string) => ({
  queue: `kelvo-${stage}-${shortName}`,
  deadLetters: `kelvo-${stage}-${shortName}${ending}`,
});

/** The short name of the queue whose dead letters these are; undefined when they are none of the stage. */
export function shortNameOf(deadLetters: string, stage: string): string | undefined {
  const start = `kelvo-${stage}-`;
  return deadLetters.startsWith(start) && deadLetters.endsWith(ending) ? deadLetters.slice(start.length, -ending.length) : undefined;
}
