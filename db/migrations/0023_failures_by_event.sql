-- Up Migration
-- A dead letter is asked for by its event: whichever consumer failed with it.
create index consumer_failures_event on consumer_failures (event_id);

-- Down Migration
drop index consumer_failures_event;
