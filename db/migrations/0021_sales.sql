-- Up Migration
-- What the sales are added up from, one row for each event that counts, so that a redelivered one counts once. Kept for a while (docs/retention.md);
-- the totals are kept for good.
create table sales_facts (
  event_id  uuid primary key,
  kind      text not null check (kind in ('placed', 'paid', 'refunded', 'refund-failed')),
  at        timestamptz(3) not null, -- when it happened, by the event
  order_id  uuid not null,
  refund_id uuid check ((refund_id is not null) = (kind in ('refunded', 'refund-failed'))),
  currency  text not null,
  amount    bigint not null check (amount >= 0),
  buyer     text check ((buyer is not null) = (kind = 'paid'))
);
create index sales_facts_at on sales_facts (at);
-- Whether somebody bought in the same minute, hour or day before; and whether a refund failed that had succeeded, or the other way round.
create index sales_facts_buyer on sales_facts (buyer, at) where kind = 'paid';
create index sales_facts_refund on sales_facts (refund_id) where refund_id is not null;

-- What happened in each minute, hour and day of UTC, by currency. The buyers of a step are the sum over its currencies: whoever buys in two of them
-- counts in one.
create table sales_totals (
  step     text not null check (step in ('minute', 'hour', 'day')),
  start    timestamptz(3) not null,
  currency text not null,
  placed   integer not null,
  paid     integer not null,
  buyers   integer not null,
  revenue  bigint not null,
  refunded bigint not null,
  primary key (step, start, currency)
) with (fillfactor = 70); -- the rows of the current minute, hour and day are updated with each batch: room for it on their page

-- Minutes with paid orders that `analytics.window-closed.v1` has not told of yet.
create table sales_minutes_to_close (
  start timestamptz(3) primary key
);

-- Down Migration
drop table sales_minutes_to_close, sales_totals, sales_facts;
