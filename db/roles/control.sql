-- The role that switches demonstrations on and off (docs/demo.md), where a stage allows faults. Its connections are its own, to the database itself, so
-- that it gets in while kelvo_app's are all held. Run after roles/app.sql; safe to repeat.
do $$
begin
  if not exists (select from pg_roles where rolname = 'kelvo_control') then
    create role kelvo_control;
  end if;
  -- On RDS the role signs in with an IAM token: there is no password to keep.
  if exists (select from pg_roles where rolname = 'rds_iam') then
    grant rds_iam to kelvo_control;
  end if;
end
$$;
alter role kelvo_control login;
alter role kelvo_control set timezone = 'UTC';
alter role kelvo_control set statement_timeout = '10s';
grant usage on schema public to kelvo_control;
grant select, insert, update on demo_runs, demo_faults, traffic_runs, traffic_senders to kelvo_control;
grant insert on audit_log to kelvo_control;
grant select on consumer_failures to kelvo_control; -- why dead letters died: those that did on purpose are sent back
-- What made-up shoppers bought is put back: by columns, for this role sees nobody's name or address, and no price changes by it.
grant select (id, status, email, created_at) on orders to kelvo_control;
grant select (order_id, product_id, quantity) on order_items to kelvo_control;
grant select (id, stock, updated_at), update (stock, updated_at) on products to kelvo_control;
grant select (order_id, reason), insert on stock_movements to kelvo_control;
grant select, insert, truncate on demo_ratings to kelvo_control; -- the table that the fault slow-query reads
grant select (archived_at, popularity) on products to kelvo_control; -- whose rows the fault lock-contention locks

create schema if not exists control;
revoke all on schema control from public;
grant usage on schema control to kelvo_control;

-- Ends the sessions of this database that faults hold, whoever's they are, and no others: a session says by its application_name that it is one.
create or replace function control.end_fault_sessions() returns int
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) filter (where pg_terminate_backend(pid))::int
    from pg_stat_activity
   where datname = current_database() and application_name like 'kelvo-fault %' and pid <> pg_backend_pid()
$$;
revoke all on function control.end_fault_sessions() from public;
grant execute on function control.end_fault_sessions() to kelvo_control;

-- Where slow statements are seen; only who may, can make it.
do $$
begin
  create extension if not exists pg_stat_statements schema public;
exception when insufficient_privilege or undefined_file then
  null;
end
$$;
