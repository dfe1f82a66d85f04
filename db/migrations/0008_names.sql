-- Up Migration
-- Names in the order of people, not of bytes: é beside e, a before B, "Mug 2" before "Mug 10". The collation is ICU's root one, by a name of
-- its own, so that query and index agree and the order is the same on every server. Deterministic: what it finds equal, bytes tell apart, so
-- a cursor's comparison has one answer. After an upgrade of ICU: `reindex` of these three, then `alter collation names refresh version`.
create collation names (provider = icu, locale = 'und-u-kn-true', deterministic = true);

create index products_by_name on products (name collate names, id) where archived_at is null;
create index products_category_by_name on products (category_id, name collate names, id) where archived_at is null;
create index categories_by_name on categories (name collate names, id);

-- products_name and products_category_name, in the order of bytes, serve the release before this one: a later one drops them.

-- Down Migration
drop index products_by_name, products_category_by_name, categories_by_name;
drop collation names;
