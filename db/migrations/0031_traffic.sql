-- Up Migration
-- Made-up shoppers: a run of them says all that they do (its seed), and how far it has come.
create table traffic_runs (
  id                  uuid primary key,
  seed                int not null check (seed >= 0),
  requests_per_minute int not null check (requests_per_minute > 0),
  seconds             int not null check (seconds > 0),
  started_by          uuid not null,
  started_at          timestamptz(3) not null,
  claimed_seconds     int not null default 0 check (claimed_seconds <= seconds),              -- whose shoppers were sent, or are being sent, by somebody
  missed_seconds      int not null default 0,                                                 -- of these, whose shoppers nobody sent
  stopped_at          timestamptz(3),
  ended_at            timestamptz(3),                                                         -- nobody sends any more; another run may begin
  restocked_at        timestamptz(3)                                                          -- all that it sold is back
);
create unique index traffic_runs_one_is_on on traffic_runs ((true)) where ended_at is null;
create index traffic_runs_to_restock on traffic_runs (ended_at) where restocked_at is null;
create index traffic_runs_by_end on traffic_runs (ended_at);

-- Who sends a run's shoppers: an invocation. Each writes its own figures, and only those, so that two at once need no lock and one that dies takes nothing
-- of the others' along.
create table traffic_senders (
  id           uuid primary key,
  run_id       uuid not null references traffic_runs (id) on delete cascade,
  claims_until timestamptz(3) not null, -- leaves what comes later to others
  beat_at      timestamptz(3) not null, -- seen alive
  ended_at     timestamptz(3),
  figures      jsonb not null
);
create index traffic_senders_run on traffic_senders (run_id);

-- Down Migration
drop table traffic_senders;
drop table traffic_runs;
