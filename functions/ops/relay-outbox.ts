// rate(1 minute): publishes events that were not published right after their commit.
import { relayOutbox } from '#platform/events/relay-outbox.pg.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now, signal) => relayOutbox({ now, signal }));
