// A hand-written node:http server on pg and ioredis that keeps the shop's promises with as few statements as it goes and nothing else: no
// framework, contract, log or trace. What `npm run bench` compares Kelvo with, to show what its structure costs.
import { hash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { Redis } from 'ioredis';
import pg from 'pg';
import { addToCart, createTables, detail, list, placeOrder, search } from './limit-sql.ts';

const { databaseUrl, redisUrl } = JSON.parse(process.argv[2] as string) as { databaseUrl: string; redisUrl: string | null };
const types = { getTypeParser: (oid: number, format?: 'text') => (oid === 20 ? Number : pg.types.getTypeParser(oid, format)) };
const pool = new pg.Pool({ connectionString: databaseUrl, max: 20, types: types as pg.CustomTypesConfig });
const redis = redisUrl === null ? undefined : new Redis(redisUrl);
redis?.defineCommand('countRequest', {
  numberOfKeys: 2,
  lua: `local previous = tonumber(redis.call('GET', KEYS[2]) or '0')
        local count = redis.call('INCR', KEYS[1])
        if count == 1 then redis.call('PEXPIRE', KEYS[1], 120000) end
        return count + math.floor(previous * tonumber(ARGV[1]))`,
});
const limit = 100_000_000;

interface Reply {
  status: number;
  body: string;
}
type Values = Record<string, string>;
const json = (status: number, body: unknown): Reply => ({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Counts the caller in a sliding window, by one call. */
async function count(address: string): Promise<number> {
  if (!redis) return 0;
  const now = Date.now();
  const minute = now - (now % 60_000);
  const key = `limit:{${hash('sha1', address, 'base64url')}}`;
  const command = redis as Redis & { countRequest(...of: (string | number)[]): Promise<number> };
  return command.countRequest(`${key}:${minute}`, `${key}:${minute - 60_000}`, 1 - (now - minute) / 60_000);
}

async function readJson(request: IncomingMessage): Promise<Record<string, never>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function read(path: string, query: Values): Promise<Reply> {
  if (path === '/api/products') return json(200, await list(pool));
  if (path === '/api/search') return json(200, await search(pool, query.q ?? ''));
  const id = path.slice('/api/products/'.length);
  const product = uuid.test(id) ? await detail(pool, id) : undefined;
  return product ? json(200, product) : json(404, { status: 404, code: 'product-not-found' });
}

async function write(path: string, request: IncomingMessage): Promise<Reply> {
  const body = await readJson(request);
  if (path === '/api/cart/add') {
    const {
      sessionId = randomUUID(),
      productId = '',
      quantity = 0,
    } = body as { sessionId?: string; productId?: string; quantity?: number };
    if (!uuid.test(productId) || !Number.isInteger(quantity) || quantity < 1 || quantity > 99) return json(400, { status: 400 });
    const cart = await addToCart(pool, sessionId, productId, quantity, new Date());
    return cart ? json(200, cart) : json(422, { status: 422, code: 'unknown-product' });
  }
  const key = String(request.headers['idempotency-key']);
  if (!uuid.test(key)) return json(400, { status: 400, code: 'idempotency-key-required' });
  const answer = await placeOrder(
    pool,
    { ...(body as object), key, accessToken: randomBytes(32).toString('base64url') } as never,
    new Date(),
  );
  return answer ? json(201, answer) : json(409, { status: 409 });
}

const server = createServer(async (request, response) => {
  try {
    const [path = '', text = ''] = (request.url as string).split('?');
    const counting = count(request.socket.remoteAddress ?? '');
    const isRead = request.method === 'GET';
    // A read runs beside its count, a write waits for it.
    const reading = isRead ? read(path, Object.fromEntries(new URLSearchParams(text))) : undefined;
    const [counted, done] = await Promise.all([counting, reading]);
    const { status, body } = counted > limit ? json(429, { status: 429 }) : (done ?? (await write(path, request)));
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'ratelimit-remaining': String(limit - counted),
      ...(isRead ? { etag: `W/"${hash('sha1', body, 'base64url')}"` } : {}),
    });
    response.end(body);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
await createTables(databaseUrl);
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }));
