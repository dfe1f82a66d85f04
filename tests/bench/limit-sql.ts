// The limit server's own tables and statements, in a schema of its own beside the shop's: they stay as they are when the shop's change.
import { hash, randomUUID } from 'node:crypto';
import pg from 'pg';

const tables = `
  drop schema if exists lean cascade;
  create schema lean;
  create table lean.products as
    select p.id, p.slug, p.name, p.description, p.price_amount, p.stock, p.image_url, p.tags, p.created_at, p.updated_at,
           c.id as category_id, c.slug as category_slug, c.name as category_name,
           to_tsvector('english', p.name) as in_name, to_tsvector('english', p.name || ' ' || array_to_string(p.tags, ' ')) || about as in_title,
           to_tsvector('english', p.name || ' ' || array_to_string(p.tags, ' ') || ' ' || p.description) || about as anywhere, p.popularity
      from products p left join categories c on c.id = p.category_id
      cross join lateral (select case when c.id is null then '' else array_to_tsvector(array['category ' || c.id]) end as about) a where p.archived_at is null;
  create table lean.categories as select id, to_tsvector('english', name) as words from categories;
  create table lean.synonyms (said text not null, means text not null);
  create index on lean.synonyms (said);
  create table lean.words as select distinct lexeme from lean.products, unnest(tsvector_to_array(anywhere)) lexeme;
  alter table lean.words add primary key (lexeme);
  alter table lean.products add primary key (id), add check (stock >= 0), set (fillfactor = 85);
  create index on lean.products (created_at desc, id desc);
  create index on lean.products using gin (anywhere);
  -- Lines are {"<product id>": [quantity, version when it was added]}.
  create table lean.carts (session_id text primary key, version integer not null, lines jsonb not null, updated_at timestamptz(3) not null);
  create table lean.orders (id uuid primary key, number text not null unique, status text not null, email text not null, currency text not null,
    subtotal bigint not null, shipping bigint not null, tax bigint not null, total bigint not null, shipping_method text not null,
    shipping_address jsonb not null, created_at timestamptz(3) not null);
  create index on lean.orders (created_at desc, id desc);
  create table lean.order_items (order_id uuid not null references lean.orders, position integer not null, product_id uuid not null,
    name text not null, quantity integer not null, unit_price bigint not null, primary key (order_id, position));
  create table lean.order_history (id uuid primary key, order_id uuid not null references lean.orders, status text not null, at timestamptz(3) not null);
  create index on lean.order_history (order_id, at);
  create table lean.stock_movements (id uuid primary key, product_id uuid not null, delta integer not null, order_id uuid not null, at timestamptz(3) not null);
  create index on lean.stock_movements (product_id, at desc);
  create table lean.outbox (id uuid primary key, type text not null, event jsonb not null, created_at timestamptz(3) not null, published_at timestamptz(3));
  create index on lean.outbox (created_at, id) where published_at is null;
  create table lean.idempotency_keys (key uuid primary key, body_hash text not null, answer text not null, created_at timestamptz(3) not null);
  analyze lean.products;
  analyze lean.words;`;

/** Makes the tables anew, with the shop's products. */
export async function createTables(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(tables);
  await client.end();
}

interface Row {
  id: string;
  created_at: Date;
  updated_at: Date;
  [column: string]: unknown;
}

const columns =
  'p.id, p.slug, p.name, p.description, p.category_id, p.category_slug, p.category_name, p.price_amount, p.stock, p.image_url, p.tags, p.created_at, p.updated_at';

const productOf = (row: Row) => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  description: row.description,
  category: row.category_id === null ? null : { id: row.category_id, slug: row.category_slug, name: row.category_name },
  price: { amount: row.price_amount, currency: 'USD' },
  stock: row.stock,
  imageUrl: row.image_url,
  tags: row.tags,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const cursorOf = (row: Row | undefined) => Buffer.from(JSON.stringify(['newest', row?.created_at, row?.id])).toString('base64url');

/** The first page of the catalog. */
export async function list(pool: pg.Pool): Promise<object> {
  const { rows } = await pool.query<Row>(`select ${columns} from lean.products p order by p.created_at desc, p.id desc limit 21`);
  return { items: rows.slice(0, 20).map(productOf), nextCursor: rows.length > 20 ? cursorOf(rows[19]) : null };
}

export async function detail(pool: pg.Pool, id: string): Promise<object | undefined> {
  const { rows } = await pool.query<Row>(`select ${columns} from lean.products p where p.id = $1`, [id]);
  return rows[0] && productOf(rows[0]);
}

/**
 * The first page of a search of correctly typed words, in one statement: what stands for each word, then its hits, by where the words stand and by popularity, counted once, and
 * marked for the page only. A word that is not known would need another statement, which mends it, before this one is asked again.
 */
export async function search(pool: pg.Pool, words: string): Promise<object> {
  const { rows } = await pool.query<{
    items: (Row & { marked_name: string; marked_description: string })[] | null;
    facets: object;
    known: boolean;
  }>(
    `with typed as (select lexeme, to_tsquery('simple', quote_literal(lexeme)) as own from unnest(tsvector_to_array(to_tsvector('english', $1))) lexeme),
     asked as materialized (
       select string_agg('(' || concat_ws(' | ', own::text,
                (select string_agg(quote_literal('category ' || id), ' | ') from lean.categories where words @@ own),
                (select string_agg('(' || plainto_tsquery('english', means)::text || ')', ' | ') from lean.synonyms where said = lexeme)) || ')', ' & ')::tsquery as q,
              bool_and(exists (select from lean.words w where w.lexeme = typed.lexeme)) as known from typed),
     found as materialized (
       select p.id, p.category_slug, p.category_name, p.price_amount, p.stock > 0 as in_stock, p.tags, p.popularity,
              case when p.in_name @@ q then 3 when p.in_title @@ q then 2 else 1 end as level
         from asked, lean.products p where p.anywhere @@ q),
     page as (
       select ${columns}, ts_headline('english', p.name, q, 'StartSel=<mark>, StopSel=</mark>, HighlightAll=true') as marked_name,
              ts_headline('english', p.description, q, 'StartSel=<mark>, StopSel=</mark>, HighlightAll=true') as marked_description
         from (select id, level, popularity from found order by level desc, popularity desc, id desc limit 21) f join lean.products p on p.id = f.id, asked
        order by f.level desc, f.popularity desc, f.id desc)
     select (select json_agg(page) from page) as items, (select known from asked),
            (select json_build_object('total', count(*), 'min', min(price_amount), 'max', max(price_amount), 'inStock', count(*) filter (where in_stock)) from found)::jsonb
            || jsonb_build_object('categories', (select json_agg(c) from (
                 select category_slug as slug, category_name as name, count(*)::integer as count from found group by 1, 2 order by 3 desc) c))
            || jsonb_build_object('tags', (select json_agg(t) from (
                 select tag, count(*)::integer as count from found, unnest(tags) tag group by 1 order by 2 desc, 1 limit 20) t)) as facets`,
    [words],
  );
  const items = rows[0]?.items ?? [];
  return {
    items: items
      .slice(0, 20)
      .map((row) => ({ ...productOf(row), highlights: { name: row.marked_name, description: row.marked_description } })),
    nextCursor: items.length > 20 ? cursorOf(items[19]) : null,
    searched: { q: words, changed: false },
    ...rows[0]?.facets,
  };
}

/** Adds to a cart and gives the whole cart back; undefined for an unknown product or a full cart. One statement, which sees the newest row of the cart. */
export async function addToCart(
  pool: pg.Pool,
  sessionId: string,
  productId: string,
  quantity: number,
  now: Date,
): Promise<object | undefined> {
  const { rows } = await pool.query<{ version: number; items: { quantity: number; lineTotal: { amount: number } }[] }>(
    `with cart as (
       insert into lean.carts as c (session_id, version, lines, updated_at)
       select $1, 1, jsonb_build_object($2::text, jsonb_build_array($3::integer, 1)), $4 from lean.products where id = $2::uuid
       on conflict (session_id) do update set version = c.version + 1, updated_at = excluded.updated_at,
         lines = c.lines || jsonb_build_object($2::text, jsonb_build_array(coalesce((c.lines -> $2::text ->> 0)::integer, 0) + $3,
                                                                           coalesce((c.lines -> $2::text ->> 1)::integer, c.version + 1)))
         where coalesce((c.lines -> $2::text ->> 0)::integer, 0) + $3 <= 99
           and (c.lines ? $2::text or (select count(*) from jsonb_object_keys(c.lines)) < 100)
       returning version, lines)
     select cart.version, (select json_agg(json_build_object('productId', p.id, 'name', p.name, 'imageUrl', p.image_url, 'quantity', (line.value ->> 0)::integer,
               'unitPrice', json_build_object('amount', p.price_amount, 'currency', 'USD'),
               'lineTotal', json_build_object('amount', p.price_amount * (line.value ->> 0)::integer, 'currency', 'USD'),
               'available', p.stock >= (line.value ->> 0)::integer) order by line.value ->> 1)
          from jsonb_each(cart.lines) line join lean.products p on p.id = line.key::uuid) as items
       from cart`,
    [sessionId, productId, quantity, now],
  );
  const [cart] = rows;
  if (!cart) return undefined;
  const items = cart.items ?? [];
  const amount = items.reduce((sum, item) => sum + item.lineTotal.amount, 0);
  const itemCount = items.reduce((sum, item) => sum + item.quantity, 0);
  return { sessionId, items, itemCount, subtotal: { amount, currency: 'USD' }, version: cart.version, updatedAt: now };
}

interface OrderRequest {
  key: string;
  accessToken: string;
  sessionId: string;
  email: string;
  shippingAddress: object;
  shippingMethod: string;
}

const shippingCents = 599;

/** Orders a cart, once per key: begin, one statement, commit. Undefined when there is nothing to order or too little of it; the transaction is taken back then. */
export async function placeOrder(pool: pg.Pool, request: OrderRequest, now: Date): Promise<string | undefined> {
  const { key, accessToken, sessionId, email, shippingAddress, shippingMethod } = request;
  const bodyHash = hash('sha256', JSON.stringify([sessionId, email, shippingAddress, shippingMethod]), 'base64url');
  const client = await pool.connect();
  try {
    await client.query('begin');
    const id = randomUUID();
    const { rows } = await client.query<{ answer: string; lines: number; taken: number }>(order, [
      id,
      `K-${id.slice(0, 8)}`,
      sessionId,
      email,
      shippingMethod,
      JSON.stringify(shippingAddress),
      now,
      key,
      bodyHash,
      accessToken,
    ]);
    const [done] = rows;
    const isWhole = done !== undefined && done.lines > 0 && done.lines === done.taken;
    await client.query(isWhole ? 'commit' : 'rollback');
    return isWhole ? done.answer : undefined;
  } catch (error) {
    await client.query('rollback');
    if ((error as { constraint?: string }).constraint !== 'idempotency_keys_pkey') throw error;
    const { rows } = await client.query<{ answer: string }>('select answer from lean.idempotency_keys where key = $1 and body_hash = $2', [
      key,
      bodyHash,
    ]);
    return rows[0]?.answer;
  } finally {
    client.release();
  }
}

// $1 id, $2 number, $3 cart, $4 e-mail, $5 shipping method, $6 address, $7 now, $8 key, $9 hash of the body, $10 the guest's token
const order = `
  with cart as materialized (select session_id, lines from lean.carts where session_id = $3 for update),
  emptied as (update lean.carts c set lines = '{}', version = version + 1, updated_at = $7 from cart where c.session_id = cart.session_id),
  line as materialized (
    select (row_number() over (order by entry.value ->> 1))::integer as position, p.id as product_id, p.name, p.price_amount as unit_price, (entry.value ->> 0)::integer as quantity
      from cart, jsonb_each(cart.lines) entry join lean.products p on p.id = entry.key::uuid),
  taken as (update lean.products p set stock = stock - line.quantity, updated_at = $7 from line where p.id = line.product_id and p.stock >= line.quantity returning p.id),
  sums as (select sum(unit_price * quantity)::bigint as subtotal, sum(unit_price * quantity)::bigint + ${shippingCents} as total from line),
  placed as (
    insert into lean.orders (id, number, status, email, currency, subtotal, shipping, tax, total, shipping_method, shipping_address, created_at)
    select $1, $2, 'pending_payment', $4, 'USD', subtotal, ${shippingCents}, 0, total, $5, $6, $7 from sums where subtotal is not null),
  listed as (
    insert into lean.order_items (order_id, position, product_id, name, quantity, unit_price)
    select $1, position, product_id, name, quantity, unit_price from line),
  told as (insert into lean.order_history (id, order_id, status, at) select gen_random_uuid(), $1, 'pending_payment', $7 from sums where subtotal is not null),
  moved as (insert into lean.stock_movements (id, product_id, delta, order_id, at) select gen_random_uuid(), product_id, -quantity, $1, $7 from line),
  answer as (
    select json_build_object('id', $1::uuid, 'number', $2::text, 'status', 'pending_payment', 'email', $4::text,
             'items', (select json_agg(json_build_object('productId', product_id, 'name', name, 'quantity', quantity,
                'unitPrice', json_build_object('amount', unit_price, 'currency', 'USD'),
                'lineTotal', json_build_object('amount', unit_price * quantity, 'currency', 'USD')) order by position) from line),
             'subtotal', json_build_object('amount', subtotal, 'currency', 'USD'), 'shipping', json_build_object('amount', ${shippingCents}, 'currency', 'USD'),
             'tax', json_build_object('amount', 0, 'currency', 'USD'), 'total', json_build_object('amount', total, 'currency', 'USD'),
             'shippingMethod', $5::text, 'shippingAddress', $6::jsonb, 'payment', null,
             'history', json_build_array(json_build_object('status', 'pending_payment', 'at', $7::timestamptz, 'reason', null)),
             'createdAt', $7::timestamptz, 'accessToken', $10::text)::text as body from sums),
  emitted as (
    insert into lean.outbox (id, type, event, created_at)
    select gen_random_uuid(), 'order.created.v1', json_build_object('specversion', '1.0', 'type', 'order.created.v1', 'subject', $1::uuid, 'time', $7::timestamptz,
             'data', json_build_object('orderId', $1::uuid, 'number', $2::text, 'total', total, 'items', (select json_agg(line) from line))), $7
      from sums where subtotal is not null),
  kept as (insert into lean.idempotency_keys (key, body_hash, answer, created_at) select $8, $9, body, $7 from answer)
  select answer.body as answer, (select count(*)::integer from line) as lines, (select count(*)::integer from taken) as taken from answer`;
