-- Up Migration
-- Dead carts are found by the time of their last change: guests' only, since a shopper's cart lives as long as the account.
create index carts_of_guests on carts (updated_at) where user_id is null;
create index carts_ordered on carts (updated_at) where user_id is null and ordered_at is not null;
drop index carts_updated;

-- Down Migration
create index carts_updated on carts (updated_at);
drop index carts_of_guests, carts_ordered;
