-- Up Migration
-- What is bought together: the others that go best with a product, and how well. Trained from orders (recommendations/train-affinities).
create table product_affinity (
  product_id uuid not null,
  other_id   uuid not null,
  score      real not null,
  primary key (product_id, other_id)
);

-- Down Migration
drop table product_affinity;
