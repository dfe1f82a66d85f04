-- Up Migration
-- A key belongs to the route that it was used on. Null: kept by the release before, which did not note it.
alter table idempotency_keys add column route text;

-- Down Migration
alter table idempotency_keys drop column route;
