// rate(1 minute): events that did not leave right after their commit are published.
import { relayOutbox } from '#platform/events/relay-outbox.pg.ts';
import { schedule } from '#platform/events/schedule.ts';

export const handler = schedule((now, signal) => relayOutbox({ now, signal }));
