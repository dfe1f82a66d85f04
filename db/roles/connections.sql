-- How many connections the functions may have in a deployed stage, by what the server really takes. A function that is frozen keeps its connection, so
-- their number follows sandboxes and not requests: the limit makes a crowd wait or get a 503, and leaves room for who has to help. Run after app.sql and control.sql.
do $$
declare
  whole int := current_setting('max_connections')::int;
  reserved int := current_setting('superuser_reserved_connections')::int + current_setting('reserved_connections')::int
    + coalesce(nullif(current_setting('rds.rds_superuser_reserved_connections', true), ''), '0')::int;
  kept constant int := 12; -- 8 for the Datadog Agent (roles/datadog.sql), 4 for migrations, tasks and a person
  control constant int := 4; -- who switches demonstrations, who acts during faults, a session that holds locks, who sends made-up shoppers; where faults are allowed
  controlled boolean := exists (select from pg_roles where rolname = 'kelvo_control' and rolcanlogin);
begin
  execute format('alter role kelvo_app connection limit %s', greatest(whole - reserved - kept - case when controlled then control else 0 end, 5));
  if controlled then
    execute format('alter role kelvo_control connection limit %s', control);
  end if;
  -- Without a proxy, a session that nobody used for so long is a frozen function's; platform/db/sql.ts opens another when it wakes.
  execute format('alter role kelvo_app set idle_session_timeout = %L', current_setting('kelvo.idle_seconds') || 's');
end
$$;
