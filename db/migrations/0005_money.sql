-- Up Migration
-- What a payment provider can answer besides yes: refused for good, not yet, and not reached.

-- Raised with every status that is written, so that an answer asked for earlier is known to be older (settle-payment.ts).
alter table payments add column version integer not null default 0;

alter table refunds
  add column failure jsonb, -- {code, message}, once the refund has failed
  add column by_amount boolean not null default false, -- the goods stay with the shopper: no stock comes back
  add column tried_at timestamptz(3); -- when finish-refunds last took it up: the next run begins with those that waited longest
alter table refunds add constraint refunds_provider_refund unique (provider_refund_id);
create index refunds_due on refunds (tried_at nulls first, created_at) where status = 'pending';

-- When expire-orders last took the order up, for the same reason.
alter table orders add column expiry_tried_at timestamptz(3);
create index orders_to_expire on orders (expiry_tried_at nulls first, created_at) where status = 'pending_payment';

-- The mock provider's own record: which method paid an intent, how often it was tried, and how its refunds end.
alter table mock_intents
  add column payment_method text,
  add column tries integer not null default 0;
alter table mock_refunds
  alter column request_key drop not null, -- one made in the provider's dashboard has none
  add column status text not null default 'succeeded',
  add column failure_reason text,
  add column ends_as text, -- the status that it gets by itself at ends_at
  add column ends_at timestamptz(3);
create index mock_refunds_intent on mock_refunds (intent_id);

-- Down Migration
drop index mock_refunds_intent;
alter table mock_refunds drop column ends_at, drop column ends_as, drop column failure_reason, drop column status;
alter table mock_intents drop column tries, drop column payment_method;
drop index orders_to_expire;
alter table orders drop column expiry_tried_at;
drop index refunds_due;
alter table refunds drop constraint refunds_provider_refund, drop column tried_at, drop column by_amount, drop column failure;
alter table payments drop column version;
