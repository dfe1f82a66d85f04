import { expect, it } from 'vitest';
import { relayOutbox } from './relay-outbox.pg.ts';

it('the relay begins nothing once its time is up', async () => {
  // There is no database here: whatever it began would fail.
  expect(await relayOutbox({ now: new Date(), signal: AbortSignal.abort() })).toEqual({ sent: 0 });
  await expect(relayOutbox({ now: new Date(), signal: new AbortController().signal })).rejects.toMatchObject({
    code: 'database-unavailable',
  });
});
