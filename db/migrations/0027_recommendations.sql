-- Up Migration
-- What is bought together: the others that go best with a product, and how well (docs/architecture.md, Recommendations). Trained
-- from orders by recommendations/train-affinities. No foreign keys: each check would lock a product's row.
create table product_affinity (
  product_id uuid not null,
  other_id   uuid not null,
  score      real not null, -- of all that is bought together with the product, the share that is the other and that chance does not explain
  trained_at timestamptz(3) not null default now(),
  primary key (product_id, other_id)
);
create index product_affinity_trained on product_affinity (trained_at);

-- Products to train, and for which order. One row for each order, so that who notes one waits for nobody, not even for a training under way.
create table affinity_due (
  product_id uuid not null,
  order_id   uuid not null,
  primary key (product_id, order_id)
);

-- The latest orders of a product. order_items_product serves the release before this one: a later one drops it.
create index order_items_product_order on order_items (product_id, order_id);

-- What was sold before somebody noted it.
insert into affinity_due (product_id, order_id)
  select distinct on (product_id) product_id, order_id from order_items order by product_id, order_id;

-- Down Migration
drop index order_items_product_order;
drop table affinity_due, product_affinity;
