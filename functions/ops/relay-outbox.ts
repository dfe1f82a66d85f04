// rate(1 minute): publishes events that were not published right after their commit.
import { sql } from '#platform/db/sql.ts';
import { measureOutboxAge, relayOutbox } from '#platform/events/relay-outbox.pg.ts';
import { schedule } from '#platform/events/schedule.ts';

// Whatever became of the run: while the bus is away, or a run's time is not enough, the age is what tells.
export const handler = schedule((now, signal) => relayOutbox({ now, signal }).finally(() => measureOutboxAge(sql, now)));
