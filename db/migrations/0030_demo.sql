-- Up Migration
-- A demonstration that is, was or will be going on. All that it does is written when it begins, each fault with its times, so that everything ends by the
-- clock: nobody has to be alive for it.
create table demo_runs (
  id         uuid primary key,
  mode       text not null check (mode in ('normal', 'blackfriday')), -- normal: a set of faults alone
  seed       int not null check (seed >= 0),
  speed      double precision not null check (speed > 0),
  started_by uuid,                                                    -- the admin; null: the stage's initial mode
  started_at timestamptz(3) not null,
  ends_at    timestamptz(3) not null,
  ended_at   timestamptz(3),                                          -- when somebody ended it, or found it at its end
  check (ends_at > started_at)
);
create unique index demo_runs_one_is_on on demo_runs ((true)) where ended_at is null;
create index demo_runs_by_end on demo_runs (ended_at);

create table demo_faults (
  id        uuid primary key,
  run_id    uuid not null references demo_runs (id) on delete cascade,
  name      text not null,
  strength  double precision not null check (strength > 0 and strength <= 1),
  starts_at timestamptz(3) not null,
  ends_at   timestamptz(3) not null,
  check (ends_at > starts_at)
);
create index demo_faults_by_run on demo_faults (run_id, ends_at);

-- Down Migration
drop table demo_faults;
drop table demo_runs;
