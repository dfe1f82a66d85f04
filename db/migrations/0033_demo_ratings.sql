-- Up Migration
-- The table of the fault slow-query (docs/demo.md): empty but while the fault is on, and nobody's data. Unlogged, since none of it is worth a backup;
-- so it is not there on a read replica.
create unlogged table demo_ratings (
  product text not null,
  stars   smallint not null
);
create index demo_ratings_product on demo_ratings (product);

-- Down Migration
drop table demo_ratings;
