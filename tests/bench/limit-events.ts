// What `npm run bench:events` compares with: a process written by hand that takes the limit server's events out of its outbox, ten at a time, and
// keeps the same promises (each event's mail and sale once, whatever dies) in as few statements as it goes. No bus, queue, contract, log or trace.
import pg from 'pg';

const { databaseUrl } = JSON.parse(process.argv[2] as string) as { databaseUrl: string };
const batch = 10;
const workers = 5;
const pool = new pg.Pool({ connectionString: databaseUrl, max: workers });

interface Due {
  id: string;
  created_at: Date;
  order_id: string;
  number: string;
  email: string;
  total: number;
  items: { name: string; quantity: number; price: number }[];
}

const due = `
  select b.id, b.created_at, o.id as order_id, o.number, o.email, o.total::float8 as total,
         (select json_agg(json_build_object('name', name, 'quantity', quantity, 'price', unit_price)) from lean.order_items i where i.order_id = o.id) as items
    from lean.outbox b join lean.orders o on o.id = (b.event->>'subject')::uuid
   where b.published_at is null order by b.created_at, b.id limit ${batch} for update of b skip locked`;

// $1 event ids, $2 orders, $3 addresses, $4 subjects, $5 HTML, $6 instants of the events, $7 amounts, $8 now
const effects = `
  with event as (
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[]) as e (id, order_id, email, subject, html, at, amount)),
  claim as (insert into lean.inbox (event_id) select id from event on conflict do nothing returning event_id),
  mailed as (
    insert into lean.mails (event_id, order_id, recipient, subject, html, sent_at)
    select id, order_id, email, subject, html, $8 from event join claim on event_id = id),
  counted as (insert into lean.facts (event_id, at, amount) select id, at, amount from event join claim on event_id = id)
  update lean.outbox set published_at = $8 where id = any($1::uuid[])`;

const money = (cents: number) => new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(cents / 100);
const htmlOf = ({ number, total, items }: Due) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${number}</title></head><body>
<h1>We received your order ${number}</h1><table>${items.map(({ name, quantity, price }) => `<tr><td>${quantity} × ${name}</td><td>${money(price * quantity)}</td></tr>`).join('')}
<tr><td>Total</td><td>${money(total)}</td></tr></table></body></html>`;

/** @returns how many events it handled */
async function work(): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<Due>(due);
    if (rows.length > 0) {
      const of = <T>(value: (row: Due) => T) => rows.map(value);
      const subjects = of(({ number }) => `We received your order ${number}`);
      const values = [
        of(({ id }) => id),
        of((row) => row.order_id),
        of(({ email }) => email),
        subjects,
        of(htmlOf),
        of((row) => row.created_at),
        of(({ total }) => total),
      ];
      await client.query(effects, [...values, new Date()]);
    }
    await client.query('commit');
    return rows.length;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

const listener = new pg.Client({ connectionString: databaseUrl });
await listener.connect();
await listener.query(`
  create table lean.inbox (event_id uuid primary key);
  create table lean.mails (event_id uuid primary key, order_id uuid not null, recipient text not null, subject text not null, html text not null, sent_at timestamptz(3) not null);
  create table lean.facts (event_id uuid primary key, at timestamptz(3) not null, amount bigint not null);
  create function lean.tell() returns trigger language plpgsql as $$ begin perform pg_notify('outbox', ''); return null; end $$;
  create trigger tell after insert on lean.outbox for each statement execute function lean.tell()`);

let running = 0;
let woken = false;
/** Works until nothing is left, in as many workers as there is work for. */
function wake(): void {
  woken = true;
  if (running >= workers) return;
  running += 1;
  void (async () => {
    while (woken) {
      woken = false;
      while ((await work()) > 0) woken = true;
    }
  })()
    .catch(console.error)
    .finally(() => {
      running -= 1;
      if (woken) wake();
    });
}
listener.on('notification', wake);
await listener.query('listen outbox');
process.on('message', () => {
  for (let i = 0; i < workers; i++) wake();
});
process.send?.({ url: 'none' });
