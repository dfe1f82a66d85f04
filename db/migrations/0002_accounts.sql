-- Up Migration
-- Accounts: users, the refresh tokens that keep them signed in, failed sign-ins, whose cart is whose, and who changed what.

create table users (
  id            uuid primary key,
  email         text not null,
  name          text not null,
  phone         text,
  role          text not null check (role in ('shopper', 'admin')),
  password_hash text not null, -- a PHC string
  created_at    timestamptz(3) not null,
  updated_at    timestamptz(3) not null
);
create unique index users_email on users (lower(email));

-- A token is kept as its hash. Each use makes a successor; a family is what grew from one sign-in, and is named by its first token.
create table refresh_tokens (
  id             uuid primary key,
  family_id      uuid not null references refresh_tokens (id) on delete cascade,
  predecessor_id uuid,
  user_id        uuid not null references users (id) on delete cascade,
  token_hash     text not null unique,
  created_at     timestamptz(3) not null,
  expires_at     timestamptz(3) not null,
  used_at        timestamptz(3),
  revoked_at     timestamptz(3)
);
create index refresh_tokens_family on refresh_tokens (family_id);
create index refresh_tokens_user on refresh_tokens (user_id);
create index refresh_tokens_expires on refresh_tokens (expires_at);

-- Sign-ins under way or failed, by account and by address (both hashed): they count here, so that they count also without Redis.
create table login_attempts (
  id      uuid primary key,
  subject text not null,
  at      timestamptz(3) not null
);
create index login_attempts_subject on login_attempts (subject, at);
create index login_attempts_at on login_attempts (at);

alter table carts add column user_id uuid unique references users (id) on delete cascade;

-- Every change an admin makes: who, what, and what it was before and after.
create table audit_log (
  id        uuid primary key,
  actor_id  uuid not null,
  action    text not null,
  subject   text not null,
  detail    jsonb not null,
  at        timestamptz(3) not null
);
create index audit_log_newest on audit_log (at desc, id desc);
create index audit_log_subject on audit_log (subject, at desc);

-- Down Migration
drop table audit_log;
alter table carts drop column user_id;
drop table login_attempts, refresh_tokens, users;
