-- Up Migration
-- Mails and text messages: a row is committed before anything is sent, so that nothing is lost, and a redelivered event carries on its rows.
create table notifications (
  id            uuid primary key,
  kind          text not null,
  channel       text not null check (channel in ('mail', 'sms')),
  recipient     text not null, -- an address, or a phone number
  event_id      text, -- the event that it tells of
  order_id      uuid,
  user_id       uuid,
  subject       text, -- subject and HTML: mails only
  html          text,
  text          text not null,
  headers       jsonb not null default '{}',
  status        text not null default 'pending' check (status in ('pending', 'sent', 'failed', 'suppressed')),
  reason        text, -- why it failed or was suppressed; of a pending one, why the last try did not succeed
  provider_id   text, -- the id that the mail system gave it: later reports of bounces name it
  tries         integer not null default 0,
  sending_until timestamptz(3), -- a process is sending it, or died while it did; nobody else sends it before
  created_at    timestamptz(3) not null,
  sent_at       timestamptz(3),
  constraint notifications_once unique (event_id, kind, channel, recipient)
);
create index notifications_newest on notifications (created_at, id);
create index notifications_of_recipient on notifications (lower(recipient), created_at, id);
create index notifications_of_order on notifications (order_id, kind) where order_id is not null;
create index notifications_by_provider_id on notifications (provider_id) where provider_id is not null;

-- Down Migration
drop table notifications;
