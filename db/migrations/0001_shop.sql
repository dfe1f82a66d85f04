-- Up Migration
-- The shop's record: catalog, carts, orders, payments, and the tables that keep every promise exactly once.
-- Money is integer minor units of the row's currency (base prices: USD). Instants are timestamptz(3), so a JavaScript date loses nothing.

create table categories (
  id          uuid primary key,
  slug        text not null unique,
  name        text not null,
  description text not null default ''
);

-- `stock` is what can still be ordered: placing an order takes it at once, cancelling or expiring gives it back.
create table products (
  id           uuid primary key,
  slug         text not null unique,
  name         text not null,
  description  text not null,
  category_id  uuid references categories (id),
  price_amount bigint not null check (price_amount >= 0),
  stock        integer not null default 0 check (stock >= 0),
  image_url    text not null default '',
  tags         text[] not null default '{}',
  popularity   integer not null default 0,
  archived_at  timestamptz(3),
  created_at   timestamptz(3) not null,
  updated_at   timestamptz(3) not null,
  document     tsvector generated always as (
    setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', description), 'B')
  ) stored
) with (fillfactor = 85); -- room for stock updates to stay on their page

-- One index for each sort of the product list, alone and within a category.
create index products_newest on products (created_at desc, id desc) where archived_at is null;
create index products_price on products (price_amount, id) where archived_at is null;
create index products_name on products (lower(name), id) where archived_at is null;
create index products_popularity on products (popularity desc, id desc) where archived_at is null;
create index products_category_newest on products (category_id, created_at desc, id desc) where archived_at is null;
create index products_category_price on products (category_id, price_amount, id) where archived_at is null;
create index products_category_name on products (category_id, lower(name), id) where archived_at is null;
create index products_category_popularity on products (category_id, popularity desc, id desc) where archived_at is null;
create index products_document on products using gin (document);

-- A cart's session id is a bearer secret. Each change raises the version.
create table carts (
  session_id text primary key,
  version    integer not null default 1,
  ordered_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index carts_updated on carts (updated_at);

create table cart_items (
  session_id text not null references carts (session_id) on delete cascade,
  product_id uuid not null references products (id) on delete cascade,
  quantity   integer not null constraint cart_items_quantity_limit check (quantity between 1 and 99),
  added_at   timestamptz(3) not null,
  primary key (session_id, product_id)
);
create index cart_items_product on cart_items (product_id);

create table orders (
  id               uuid primary key,
  number           text not null unique,
  status           text not null check (status in
    ('pending_payment', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'expired', 'refunded')),
  user_id          uuid,
  email            text not null,
  currency         text not null,
  rate_micros      bigint not null, -- millionths of the currency's unit for one US dollar, when the order was placed
  subtotal         bigint not null check (subtotal >= 0),
  shipping         bigint not null check (shipping >= 0),
  tax              bigint not null check (tax >= 0), -- contained in the total: prices include tax
  total            bigint not null check (total = subtotal + shipping),
  shipping_method  text not null,
  shipping_address jsonb not null,
  tracking         jsonb,
  created_at       timestamptz(3) not null,
  updated_at       timestamptz(3) not null
);
create index orders_unpaid on orders (created_at, id) where status = 'pending_payment';
create index orders_newest on orders (created_at desc, id desc);
create index orders_user on orders (user_id, created_at desc, id desc);

create table order_items (
  order_id   uuid not null references orders (id),
  position   integer not null,
  product_id uuid not null references products (id),
  name       text not null,
  image_url  text not null,
  quantity   integer not null check (quantity between 1 and 99),
  unit_price bigint not null check (unit_price >= 0),
  line_total bigint not null check (line_total = unit_price * quantity),
  primary key (order_id, position),
  unique (order_id, product_id)
);
create index order_items_product on order_items (product_id);

create table order_history (
  id       uuid primary key,
  order_id uuid not null references orders (id),
  status   text not null,
  actor    text not null,
  reason   text,
  at       timestamptz(3) not null
);
create index order_history_order on order_history (order_id, at, id);

create table stock_movements (
  id         uuid primary key,
  product_id uuid not null references products (id) on delete cascade,
  delta      integer not null,
  reason     text not null,
  order_id   uuid references orders (id),
  actor      text not null,
  at         timestamptz(3) not null
);
create index stock_movements_product on stock_movements (product_id, at desc, id desc);
create index stock_movements_order on stock_movements (order_id);

-- A row is one attempt to be paid; its id is the key under which the provider is asked, so asking twice makes one intent.
create table payments (
  id            uuid primary key,
  order_id      uuid not null references orders (id),
  provider      text not null,
  intent_id     text unique,
  client_secret text,
  amount        bigint not null check (amount >= 0),
  currency      text not null,
  status        text not null check (status in
    ('requires_confirmation', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled')),
  last_error    jsonb,
  created_at    timestamptz(3) not null,
  updated_at    timestamptz(3) not null
);
create index payments_order on payments (order_id, created_at desc);
create unique index payments_one_open_attempt on payments (order_id) where status not in ('canceled', 'succeeded');

create table refunds (
  id                 uuid primary key,
  order_id           uuid not null references orders (id),
  payment_id         uuid not null references payments (id),
  amount             bigint not null check (amount > 0),
  currency           text not null,
  reason             text,
  actor              text not null,
  status             text not null check (status in ('pending', 'succeeded', 'failed')),
  provider_refund_id text,
  created_at         timestamptz(3) not null,
  updated_at         timestamptz(3) not null
);
create index refunds_order on refunds (order_id, created_at);
create index refunds_pending on refunds (created_at) where status = 'pending';

-- The mock payment provider's own record. It stands for another company's database: nothing joins it.
create table mock_intents (
  id            text primary key,
  request_key   text not null unique,
  client_secret text not null,
  amount        bigint not null,
  currency      text not null,
  status        text not null,
  last_error    jsonb,
  refunded      bigint not null default 0,
  created_at    timestamptz(3) not null default now()
);
create table mock_refunds (
  id          text primary key,
  request_key text not null unique,
  intent_id   text not null references mock_intents (id),
  amount      bigint not null,
  created_at  timestamptz(3) not null default now()
);

-- Events wait here, written in the transaction of the change that they tell of, until the bus has taken them.
create table outbox (
  id           uuid primary key,
  type         text not null,
  event        jsonb not null,
  created_at   timestamptz(3) not null,
  published_at timestamptz(3)
);
create index outbox_unpublished on outbox (created_at, id) where published_at is null;
create index outbox_published on outbox (published_at) where published_at is not null;

-- Events already handled, per consumer: written in the transaction of their effect, so a redelivery does nothing.
create table inbox (
  consumer   text not null,
  event_id   text not null,
  handled_at timestamptz(3) not null,
  primary key (consumer, event_id)
);
create index inbox_handled on inbox (handled_at);

-- Answers already given, kept as text so that a replay is the same to the byte.
create table idempotency_keys (
  scope      text not null,
  key        uuid not null,
  body_hash  text not null,
  status     integer not null,
  answer     text not null,
  created_at timestamptz(3) not null,
  primary key (scope, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);

-- Down Migration
drop table idempotency_keys, inbox, outbox, mock_refunds, mock_intents, refunds, payments, stock_movements, order_history, order_items, orders,
  cart_items, carts, products, categories;
