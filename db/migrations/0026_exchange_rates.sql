-- Up Migration
-- What a US dollar is worth, in millionths of each currency's unit. Rates come as sets: one row for each currency that Kelvo sells in, all with the
-- same valid_from. The set that counts is the newest whose valid_from has come; a new one is written some time before, so that all processes,
-- which keep rates for half a minute, turn to it at the same instant. Old sets stay, to look up; an order keeps its own rate besides.
create table exchange_rates (
  valid_from timestamptz(3) not null,
  code       text not null,
  micros     bigint not null check (micros > 0),
  as_of      date not null, -- the day that the source gives the rate for
  source     text not null, -- 'fixed', or the host of the feed
  fetched_at timestamptz(3) not null,
  primary key (valid_from, code)
);

-- Mid-market rates of 2026-11-02, which the release before has in its code. They count until a feed brings newer ones.
insert into exchange_rates (valid_from, code, micros, as_of, source, fetched_at)
  select 'epoch', code, micros, '2026-11-02', 'fixed', '2026-11-02'
    from (values ('USD', 1000000), ('EUR', 921400), ('GBP', 786300), ('JPY', 151820000), ('CAD', 1378500), ('AUD', 1524100), ('CHF', 883700),
                 ('CNY', 7118600)) as fixed (code, micros);

-- How the feed of rates is doing, by its host.
create table rate_feeds (
  source         text primary key,
  first_tried_at timestamptz(3) not null,
  succeeded_at   timestamptz(3), -- when it last brought rates that are good, new or not
  fault          text,           -- why the last try brought none; null after a success
  held           jsonb           -- rates that moved too far to be taken on one day's word: {asOf, micros: {EUR: …}}
);

-- Down Migration
drop table rate_feeds;
drop table exchange_rates;
