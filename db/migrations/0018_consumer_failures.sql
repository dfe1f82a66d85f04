-- Up Migration
-- Why a consumer could not handle an event: a queue keeps its dead letters, not the reasons. The row goes when the event is handled after all.
create table consumer_failures (
  consumer        text not null,
  -- The event's id, or the message's where no event could be read; then `type` is null.
  event_id        text not null,
  type            text,
  error           text not null,
  tries           integer not null,
  first_failed_at timestamptz(3) not null,
  failed_at       timestamptz(3) not null,
  primary key (consumer, event_id)
);
-- Newest first, for the list of dead letters; oldest first, for the sweep.
create index consumer_failures_failed on consumer_failures (failed_at);

-- Down Migration
drop table consumer_failures;
