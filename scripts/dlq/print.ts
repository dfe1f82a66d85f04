import type { DeadLetter } from '#functions/ops/lib/contract.ts';
import type { DeadMessage } from '#functions/ops/lib/dead-letter.ts';

const triesOf = ({ tries }: DeadLetter): string => (tries === null ? '' : `, ${tries} ${tries === 1 ? 'try' : 'tries'}`);

/** Two lines a dead letter: which, and why. */
export function listed(letters: readonly DeadLetter[], noReason: string): string {
  return letters
    .map((letter) => {
      const { id, queue, event, failedAt, reason } = letter;
      return `${id}  ${queue}  ${event?.type ?? 'no event'}  ${failedAt}${triesOf(letter)}\n    ${reason ?? `reason not known: ${noReason}`}`;
    })
    .join('\n');
}

/** All that is known of a dead letter, and the message itself. */
export function shown(letter: DeadLetter, message: DeadMessage, noReason: string): string {
  const { id, queue, event, failedAt, reason } = letter;
  const rows = [
    ['id', id],
    ['queue', queue],
    ['event', event ? `${event.type} ${event.id}` : 'none: the message is no event'],
    ...(event
      ? [
          ['subject', event.subject || 'none'],
          ['happened', event.time],
          ['trace', event.traceId ?? 'none'],
        ]
      : []),
    ['sent', message.sentAt],
    ['failed', `${failedAt}${triesOf(letter)}`],
    ['reason', reason ?? `not known: ${noReason}`],
    ...Object.entries(message.attributes),
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length)) + 2;
  return `${rows.map(([name = '', value]) => `${name.padEnd(width)}${value}`).join('\n')}\n\n${indented(message.body)}`;
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
