-- The role that the functions connect as: reads and writes rows, changes no schema. Run after every migration; safe to repeat.
do $$
begin
  if not exists (select from pg_roles where rolname = 'kelvo_app') then
    create role kelvo_app login;
  end if;
  -- On RDS the role signs in with an IAM token through RDS Proxy, never with a password.
  if exists (select from pg_roles where rolname = 'rds_iam') then
    grant rds_iam to kelvo_app;
  end if;
end
$$;
alter role kelvo_app set timezone = 'UTC';
-- Compiling a statement takes longer than any of ours runs; a search's estimates would have it done.
alter role kelvo_app set jit = off;
-- A search reads the whole list of words that its index has not taken in yet.
alter role kelvo_app set gin_pending_list_limit = '512kB';
alter role kelvo_app set statement_timeout = '10s';
alter role kelvo_app set idle_in_transaction_session_timeout = '15s';
grant usage on schema public to kelvo_app;
grant select, insert, update, delete on all tables in schema public to kelvo_app;
