-- The role that Datadog's Agent signs in as, for Database Monitoring (docs/database-monitoring.md). Run after roles/app.sql where a stage has an Agent;
-- safe to repeat. It sees statements, their plans and times, and no row that is about a person or opens anything.
do $$
begin
  if not exists (select from pg_roles where rolname = 'datadog') then
    create role datadog;
  end if;
  -- On RDS the Agent signs in with an IAM token: there is no password to keep.
  if exists (select from pg_roles where rolname = 'rds_iam') then
    grant rds_iam to datadog;
  end if;
  -- Whoever may make a temporary function could have the planner call it with the rights of explain_statement's owner. Nobody here needs one.
  execute format('revoke temporary on database %I from public', current_database());
end
$$;
alter role datadog login inherit connection limit 8;
alter role datadog set timezone = 'UTC';
alter role datadog set statement_timeout = '10s';
alter role datadog set default_transaction_read_only = on;
grant pg_monitor to datadog; -- pg_stat_activity of all, settings, sizes
create extension if not exists pg_stat_statements schema public;

create schema if not exists datadog;
revoke all on schema datadog from public;
grant usage on schema datadog to datadog;
grant usage on schema public to datadog;

-- The plan of a statement that the Agent saw, as its owner would get it: the role itself may not read most tables. Datadog's own function
-- (docs.datadoghq.com/database_monitoring/setup_postgres/rds), with a search path that nobody can put objects into.
-- Read only comes first: whatever the statement is, and whatever the planner calls to estimate it, nothing is written.
-- Nor is anything read that a plan could tell: to estimate, the planner runs functions that change nothing, and those of PostgreSQL's own that read
-- tables are named …_to_xml. A statement that names one, also behind an escaped name or a prepared statement, has no plan here. And an error could quote
-- what it read: its code is all that comes out.
create or replace function datadog.explain_statement(l_query text, out explain json) returns setof json
language plpgsql returns null on null input security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  curs refcursor;
  plan json;
  reads_tables constant text := '(_to_xml|u&")';
begin
  set transaction read only;
  if l_query ~* reads_tables or exists (select from pg_catalog.pg_prepared_statements where statement ~* reads_tables) then
    raise insufficient_privilege using message = 'A statement that makes XML of tables is not explained';
  end if;
  begin
    open curs for execute pg_catalog.concat('explain (format json) ', l_query); -- a cursor takes one statement
    fetch curs into plan;
    close curs;
  exception when others then
    raise exception using errcode = sqlstate, message = 'There is no plan of this statement';
  end;
  return query select plan;
end
$$;
revoke all on function datadog.explain_statement(text) from public;
grant execute on function datadog.explain_statement(text) to datadog;

-- What the Agent may read, for queries of one's own in its configuration: the catalog and what is counted. Every other table holds people's data,
-- credentials, tokens, carts' secrets or payments; docs/database-monitoring.md says of each why, and a test that none is forgotten.
grant select on
  ad_clicks, ad_figures, ads, affinity_due, analytics_marks, categories, demo_faults, demo_ratings, exchange_rates, funnel_hours, inbox,
  product_affinity, product_sales, product_scores, product_views, products, rate_feeds, sales_minutes_to_close, sales_totals, schema_migrations,
  synonyms, traffic_senders, word_marks, words
to datadog;
