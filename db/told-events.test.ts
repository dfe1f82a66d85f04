import { expect, it } from 'vitest';
import { toldEvents } from './told-events.ts';

const line = (more: object) =>
  JSON.stringify({ message: 'event', consumer: 'notifications/notify-people', outcome: 'handled', event_id: 'a', ...more });

it('Reads the events that people were told of, each once, out of a log that holds other lines', () => {
  const log = [
    line({}),
    line({}),
    `2026-11-20T21:15:00Z ${line({ event_id: 'b' })}`,
    line({ event_id: 'failed', outcome: 'failed' }),
    line({ event_id: 'again', outcome: 'handled before' }),
    line({ event_id: 'another consumer', consumer: 'analytics/count-sold-products' }),
    line({ event_id: 5 }),
    'START RequestId: 1',
    '{"cut',
    '',
  ].join('\n');
  expect(toldEvents(log)).toEqual(['a', 'b', 'again']);
});
