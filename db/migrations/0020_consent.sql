-- Up Migration
-- Consent to text messages about an order: to which number (E.164), since when and given how. Withdrawn: the same of its end. The number stays, as
-- the record of what was agreed to. Null: never asked for.
alter table orders
  add column sms_phone text,
  add column sms_consent_at timestamptz(3),
  add column sms_consent_via text, -- 'checkout'
  add column sms_withdrawn_at timestamptz(3),
  add column sms_withdrawn_by text; -- who: as actors are named in order_history
alter table orders add constraint orders_sms_consent
  check ((sms_phone is null) = (sms_consent_at is null) and (sms_phone is null) = (sms_consent_via is null)) not valid;

-- Addresses that mails no longer go to, because they came back for good or the reader called one spam.
create table mail_suppressions (
  address text primary key, -- lower case
  reason  text not null,
  at      timestamptz(3) not null
);

-- Down Migration
drop table mail_suppressions;
alter table orders
  drop column sms_withdrawn_by, drop column sms_withdrawn_at, drop column sms_consent_via, drop column sms_consent_at, drop column sms_phone;
