-- Up Migration
-- A product that is off the shelf keeps its slug, and another may have it. Being partial, the index is no key that a foreign key could name:
-- changing a slug does not have to wait for orders that are just being placed.
create unique index products_slug on products (slug) where archived_at is null;
alter table products drop constraint products_slug_key;

-- Down Migration
alter table products add constraint products_slug_key unique (slug);
drop index products_slug;
