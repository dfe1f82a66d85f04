-- Up Migration
-- What people look at and buy, as counters: nothing in here names a person, and nothing grows with the number of orders or views but the counts.

-- The funnel's first two steps, hour by hour; orders and payments are in `sales_totals`. Counts of one hour lie in several rows (`slot`), so that
-- those who count at once rarely wait for a row; the schedule `roll-up-funnel` puts an hour's slots together after a day.
create table funnel_hours (
  hour  timestamptz(3) not null,
  slot  smallint not null,
  views bigint not null default 0,
  carts bigint not null default 0,
  primary key (hour, slot)
) with (fillfactor = 50); -- a counter's new version stays on its page, and no index has to learn of it

-- How often a product's page was seen on a day (UTC), in slots for the same reason. No foreign keys here: each check would lock the product's row.
create table product_views (
  day        timestamptz(3) not null, -- its beginning
  product_id uuid not null,
  slot       smallint not null,
  views      bigint not null,
  primary key (day, product_id, slot)
) with (fillfactor = 50);

-- Pieces of a product that were paid for on a day (UTC), by the currency of their orders; `revenue` in its minor units. `counted` of the pieces are
-- in the product's popularity already: both are brought level in one statement, so that no piece counts twice and none is forgotten.
create table product_sales (
  day        timestamptz(3) not null, -- its beginning
  product_id uuid not null,
  currency   text not null,
  pieces     bigint not null,
  revenue    bigint not null,
  counted    bigint not null default 0,
  due        boolean generated always as (counted < pieces) stored, -- a column, so that the planner knows how few they are
  primary key (day, product_id, currency)
);
create index product_sales_due on product_sales (product_id) where due;
create index product_sales_leading on product_sales (day, pieces desc); -- what led a day, without reading the rest of the day

-- `products.popularity` without its rounding, of products that were sold: otherwise many small steps would be lost.
create table product_scores (
  product_id uuid primary key,
  score      double precision not null
);

-- One row. Popularity's scale begins when this table is made: what the products have by then is where they start from. And up to when carts
-- are in `funnel_hours`.
create table analytics_marks (
  one                 boolean primary key default true check (one),
  popularity_began_at timestamptz(3) not null,
  carts_counted_until timestamptz(3) not null
);
insert into analytics_marks (popularity_began_at, carts_counted_until) values (now(), now());

-- When a cart that was empty got its first line: carts are counted by it, once each time that they begin. Null: begun before it was noted.
alter table carts add column begun_at timestamptz(3);
create index carts_begun on carts (begun_at) where begun_at is not null;

-- What sells, for people and dashboards that read the database:
-- select product_id, name, sum(pieces) from popular_products where day > now() - interval '7 days' group by 1, 2 order by 3 desc limit 10
create view popular_products as
  select s.day, s.product_id, p.slug, p.name, s.pieces, s.currency, s.revenue,
         (select coalesce(sum(v.views), 0)::bigint from product_views v where v.day = s.day and v.product_id = s.product_id) as views
    from product_sales s left join products p on p.id = s.product_id
   order by s.day desc, s.pieces desc, s.product_id;

-- Down Migration
drop view popular_products;
drop index carts_begun;
alter table carts drop column begun_at;
drop table analytics_marks, product_scores, product_sales, product_views, funnel_hours;
