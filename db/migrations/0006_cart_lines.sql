-- Up Migration
-- A cart's lines live in the cart's own row, so that one statement changes a cart and answers what it has become (docs/adr/0015-lines-in-the-carts-row.md).
-- {"<product id>": {"quantity": 2, "addedAt": <milliseconds since 1970>}}
alter table carts add column lines jsonb not null default '{}';
update carts c set lines = held.lines
  from (select session_id, jsonb_object_agg(product_id, jsonb_build_object(
                 'quantity', quantity, 'addedAt', (extract(epoch from added_at) * 1000)::bigint)) as lines
          from cart_items group by session_id) held
 where held.session_id = c.session_id;

-- The release before still reads and writes cart_items while this one starts: what it writes reaches the lines. A later migration drops
-- table and triggers. Products no longer reach into carts: deleting one locks no cart.
alter table cart_items drop constraint cart_items_product_id_fkey;
create function cart_item_to_line() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    update carts set lines = lines - old.product_id::text where session_id = old.session_id;
  else
    update carts set lines = lines || jsonb_build_object(new.product_id, jsonb_build_object(
             'quantity', new.quantity, 'addedAt', (extract(epoch from new.added_at) * 1000)::bigint))
     where session_id = new.session_id;
  end if;
  return null;
end $$;
create trigger cart_item_to_line after insert or update or delete on cart_items for each row execute function cart_item_to_line();

-- And the other way where it would cost most: a cart that was ordered or cleared must not be full again to the release before.
create function empty_cart_items() returns trigger language plpgsql as $$
begin
  delete from cart_items where session_id = new.session_id;
  return null;
end $$;
create trigger empty_cart_items after update of lines on carts for each row when (new.lines = '{}' and old.lines <> '{}')
  execute function empty_cart_items();

-- Down Migration
-- The first two statements are also what to run by hand after a rollback to the release before: they bring cart_items up to date. The trigger may
-- be there meanwhile, since each of them changes only rows that `lines` has already.
delete from cart_items i
 where not exists (select from carts c join products p on p.id = i.product_id where c.session_id = i.session_id and c.lines ? i.product_id::text);
insert into cart_items (session_id, product_id, quantity, added_at)
  select c.session_id, p.id, (line -> 'quantity')::integer, to_timestamp((line -> 'addedAt')::bigint / 1000.0)
    from carts c cross join lateral jsonb_each(c.lines) l (id, line) join products p on p.id = l.id::uuid
  on conflict (session_id, product_id) do update set quantity = excluded.quantity, added_at = excluded.added_at
   where (cart_items.quantity, cart_items.added_at) is distinct from (excluded.quantity, excluded.added_at);
drop trigger cart_item_to_line on cart_items;
drop trigger empty_cart_items on carts;
drop function cart_item_to_line(), empty_cart_items();
alter table cart_items add constraint cart_items_product_id_fkey foreign key (product_id) references products (id) on delete cascade;
alter table carts drop column lines;
