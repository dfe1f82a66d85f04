-- Up Migration
-- Rows that come and go. Each table that grows is swept by age (ops/sweep-rows), so nothing may hang on an old row.

-- A family is a number and no row: old tokens are swept, and with the foreign key's cascade the first one would take the session with it.
alter table refresh_tokens drop constraint refresh_tokens_family_id_fkey;
-- One use of a token reads the token, its successors and its siblings, not the family.
create index refresh_tokens_predecessor on refresh_tokens (predecessor_id);

-- Lists of orders by status, everybody's and a shopper's own.
create index orders_status on orders (status, created_at desc, id desc);
create index orders_user_status on orders (user_id, status, created_at desc, id desc);

-- An event that the bus did not take: how often it was tried, why it failed last, and when it is tried again.
alter table outbox
  add column tries       integer not null default 0,
  add column last_error  text,
  add column next_try_at timestamptz(3);

-- Notes an attempt to sign in, one row a subject, unless one of the subjects has reached its cap within the window: then nothing is noted and
-- the answer is false. A function, because the count has to be read after the lock was taken: each statement in here sees what is newest then.
create function note_login_attempt(attempt_ids uuid[], subjects text[], caps integer[], attempted_at timestamptz, window_seconds integer)
  returns boolean language plpgsql as $$
begin
  -- In one order, so that two attempts never wait for each other.
  perform pg_advisory_xact_lock(key) from (select hashtextextended(unnest(subjects), 0) as key order by key) as locks;
  if exists (
    select from unnest(subjects, caps) as capped (subject, cap)
     where cap <= (select count(*) from login_attempts a
                    where a.subject = capped.subject and a.at > attempted_at - make_interval(secs => window_seconds)))
  then
    return false;
  end if;
  insert into login_attempts (id, subject, at) select id, subject, attempted_at from unnest(attempt_ids, subjects) as noted (id, subject);
  return true;
end
$$;

-- Down Migration
drop function note_login_attempt;
alter table outbox drop column tries, drop column last_error, drop column next_try_at;
drop index orders_user_status, orders_status, refresh_tokens_predecessor;
alter table refresh_tokens
  add constraint refresh_tokens_family_id_fkey foreign key (family_id) references refresh_tokens (id) on delete cascade not valid;
