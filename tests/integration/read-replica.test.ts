/** Where reports are read: from the replica, unless it is away or behind. Here it is a database of its own, reached through a relay that can fail. */
import { createServer, type Server, type Socket, connect as tcp } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { within } from '#local/services/processes.ts';
import { forgetPerProcess } from '#platform/per-process.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

/** TCP to the replica: `pass` hands bytes on, `hang` takes connections and says nothing, `refuse` closes the port. */
class Relay {
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  #mode: 'pass' | 'hang' = 'pass';
  port = 0;
  /** Connections made since the last look. */
  connections = 0;
  readonly target: number;

  constructor(target: number) {
    this.target = target;
  }

  async listen(mode: 'pass' | 'hang'): Promise<void> {
    await this.refuse();
    this.#mode = mode;
    const server = createServer((socket) => {
      this.connections += 1;
      this.#keep(socket);
      if (this.#mode === 'hang') return;
      const other = tcp(this.target, '127.0.0.1');
      this.#keep(other);
      socket.pipe(other).pipe(socket);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
  }

  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }
}

let shop: Shop;
let replica: TestDatabase;
let relay: Relay;
let admin: Person;

const hour = '2026-03-01T10:00:00.000Z';
const views = (database: TestDatabase, count: number) =>
  database.query('insert into funnel_hours (hour, slot, views, carts) values ($1, 0, $2, 0)', [hour, count]);
/** 1 comes from the main database, 2 from the replica. */
const funnel = () => admin.call('/api/analytics/funnel?from=2026-03-01T10:00:00Z&to=2026-03-01T11:00:00Z');
const seen = async () => (await funnel()).body.views;

beforeAll(async () => {
  replica = await freshDatabase();
  const url = new URL(replica.url);
  relay = new Relay(Number(url.port));
  await relay.listen('pass');
  url.port = String(relay.port);
  shop = await startShop({ DATABASE_READ_URL: url.href, DATABASE_QUERY_TIMEOUT_MS: '1000' });
  admin = await signIn(shop, 'admin');
  await views(shop.database, 1);
  await views(replica, 2);
  // As of a replica: whoever writes there is refused.
  await replica.query(`alter database "${url.pathname.slice(1)}" set default_transaction_read_only = on`);
});
afterAll(async () => {
  await shop.end();
  await forgetPerProcess<{ pool?: pg.Pool }>('replica')?.pool?.end();
  await relay.refuse();
  await replica.end();
});
/** As in a new process: no connection, and no memory of how the replica was. */
beforeEach(async () => {
  await forgetPerProcess<{ pool?: pg.Pool }>('replica')?.pool?.end();
  await relay.listen('pass');
  relay.connections = 0;
});

describe('reports', () => {
  it('are read from the replica, and need to write nothing there', async () => {
    expect(await seen()).toBe(2);
    const sales = await admin.call(`/api/analytics/sales?from=2026-03-01T10:00:00Z&to=2026-03-01T12:00:00Z&step=hour`);
    expect(sales.status).toBe(200);
    expect(relay.connections).toBe(1);
  });

  it('come from the main database while the replica refuses connections', async () => {
    await relay.refuse();
    expect(await seen()).toBe(1);
  });

  it('come from the main database when a connection dies that was used before', async () => {
    expect(await seen()).toBe(2);
    await relay.refuse();
    expect(await seen()).toBe(1);
  });

  it('wait once, for a second, for a replica that hangs, and use it again when it is back', async () => {
    await relay.listen('hang');
    expect(await seen()).toBe(1);
    expect(relay.connections).toBe(1);
    expect(await seen()).toBe(1);
    expect(relay.connections).toBe(1);
    await relay.listen('pass');
    expect(await within(15_000, async () => (await seen()) === 2)).toBe(true);
  });

  it('come from the main database while the newest migration has not reached the replica', async () => {
    await replica.query('set default_transaction_read_only = off; alter table funnel_hours rename to not_yet');
    expect(await seen()).toBe(1);
    await replica.query('set default_transaction_read_only = off; alter table not_yet rename to funnel_hours');
    expect(await seen()).toBe(2);
  });

  it('that take the replica too long are refused, and not asked of the main database too', async () => {
    const lock = new pg.Client({ connectionString: replica.url });
    await lock.connect();
    await lock.query('begin read write; lock funnel_hours');
    const { status, body } = await funnel();
    await lock.end();
    expect([status, body.code]).toEqual([503, 'database-unavailable']);
    expect(await seen()).toBe(2);
  });
});
