/** Whatever is wrong with a request, it gets a 4xx problem document and nothing is written. Over every route there is. */
import { randomUUID } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { sign } from '#functions/payments/lib/webhook-signature.ts';
import type { RouteContract } from '#platform/http/contract.ts';
import { check } from '#platform/http/parse.ts';
import { startQueues } from '#tests/support/dead-letters.ts';
import { examplesOf, isLoose, keysOf, nestedArrays, nestedObjects, spoil, textPlaces } from '#tests/support/examples.ts';
import { contentsOf, headerFaults, problemFaults, type RawRequest, send } from '#tests/support/raw.ts';
import { type Reply, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
/** An admin's, so that routes for shoppers and admins look at what they are sent. */
let accessToken: string;
let queues: Awaited<ReturnType<typeof startQueues>>;
beforeAll(async () => {
  queues = await startQueues();
  shop = await startShop({ SQS_ENDPOINT: queues.endpoint });
  const { body } = await shop.call('/api/auth/login', { body: { email: 'admin@rumshop.com', password: 'admin-password123' } });
  accessToken = body.accessToken;
  // Lists of which the seed has no two pages.
  const [row] = await shop.database.query<{ id: string }>(
    `insert into stock_movements (id, product_id, delta, reason, actor, at)
       select gen_random_uuid(), (select id from products limit 1), 1, 'count', 'system', now() from generate_series(1, 5) returning product_id as id`,
  );
  withMovements = row?.id ?? '';
  await shop.database.query(
    `insert into audit_log (id, actor_id, action, subject, detail, at)
       select gen_random_uuid(), gen_random_uuid(), 'product.change', 'product:x', '{}', now() from generate_series(1, 5)`,
  );
  await shop.database.query(
    `insert into notifications (id, kind, channel, recipient, event_id, text, status, created_at)
       select gen_random_uuid(), 'welcome', 'mail', 'ada@example.com', n, 'x', 'sent', now() from generate_series(1, 5) as n`,
  );
  await Promise.all(Array.from({ length: 5 }, () => queues.put('a dead letter')));
});
let withMovements: string;
afterAll(async () => {
  await shop.end();
  await queues.end();
});

const nothingAt = '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071'; // a good id of nothing that is there
const nameOf = ({ method, path }: RouteContract) => `${method} ${path}`;
const named = allRoutes.map((route) => [nameOf(route), route] as const);
const withBody = named.filter(([, route]) => route.body);
const jsonBody = withBody.filter(([, route]) => route.auth !== 'webhook');
const webhooks = withBody.filter(([, route]) => route.auth === 'webhook');
const closed = (route: RouteContract) => route.auth === 'shopper' || route.auth === 'admin';

const goodParts: Record<string, string> = { address: 'nobody@kelvo.example' }; // of paths, where they are no ids
const pathOf = (route: RouteContract, values: Record<string, string> = {}) =>
  route.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? goodParts[name] ?? nothingAt);
const queryOf = (route: RouteContract): Record<string, string> => {
  // Only what has to be there: the rest is tried one by one.
  const whole = route.query ? (examplesOf(route.query)[0] as Record<string, string>) : {};
  const needed = Object.entries(whole).filter(
    ([key]) => !takes(route.query, Object.fromEntries(Object.entries(whole).filter(([k]) => k !== key))),
  );
  return Object.fromEntries(needed);
};
const takes = (schema: z.ZodMiniType | undefined, value: unknown) => schema?.safeParse(value).success ?? false;

/** A request that only lacks what a test spoils: its key, content type and signature are in order. */
function requestFor(
  route: RouteContract,
  { body, query, ...more }: { body?: string | Buffer; query?: string } & Partial<RawRequest> = {},
): RawRequest {
  const example = body ?? (route.body ? JSON.stringify(examplesOf(route.body)[0]) : undefined);
  const asked = query ?? new URLSearchParams(queryOf(route)).toString();
  return {
    method: route.method,
    path: `${pathOf(route)}${asked === '' ? '' : `?${asked}`}`,
    ...(example === undefined ? {} : { body: example }),
    ...more,
    headers: {
      ...(example === undefined ? {} : { 'content-type': 'application/json' }),
      ...(route.idempotent ? { 'idempotency-key': randomUUID() } : {}),
      ...(closed(route) ? { authorization: `Bearer ${accessToken}` } : {}),
      ...(route.auth === 'webhook' ? { 'stripe-signature': sign(example ?? '', 'whsec_local_kelvo', new Date()) } : {}),
      ...more.headers,
    },
  };
}

interface Refusal {
  what: string;
  request: RawRequest;
  /** Default: 400. */
  status?: number;
  code?: string;
  /** One of these, or a place below. */
  pointers?: string[];
}

/** Sends them all and gives a line for each that was not refused as it should be. */
async function faultsOf(refusals: Refusal[]): Promise<string[]> {
  const faults = refusals.map(async ({ what, request, status = 400, code, pointers }) => {
    const reply = await send(shop.url, request);
    const found = problemFaults(reply);
    if (reply.status !== status) found.unshift(`status ${reply.status} ${reply.text.slice(0, 200)}`);
    if (code !== undefined && reply.body?.code !== code) found.push(`code ${reply.body?.code}`);
    const given: string[] = reply.body?.errors?.map((error: { pointer: string }) => error.pointer) ?? [];
    const there = (pointer: string) => pointers?.some((at) => pointer === at || pointer.startsWith(`${at}/`));
    if (pointers && !given.some(there)) found.push(`points to ${given.join(', ')}`);
    return found.map((fault) => `${what}: ${fault}`);
  });
  return (await Promise.all(faults)).flat();
}

/** Every test of this group leaves the database as it was. */
function writesNothing(): void {
  let before: Record<string, string>;
  beforeEach(async () => {
    before = await contentsOf(shop.database);
  });
  afterEach(async () => {
    expect(await contentsOf(shop.database)).toEqual(before);
  });
}

describe('a body', () => {
  writesNothing();

  it.each(jsonBody)('%s refuses every wrong, missing and unknown field, and points to it', async (_, route) => {
    const schema = route.body as z.ZodMiniType;
    const refusals = examplesOf(schema).flatMap((example) =>
      spoil(example, schema, isLoose(schema)).map(
        ({ what, text, pointers }): Refusal => ({ what, request: requestFor(route, { body: text }), code: 'invalid-request', pointers }),
      ),
    );
    expect(refusals.length).toBeGreaterThan(10);
    expect(await faultsOf(refusals)).toEqual([]);
  });

  it.each(withBody)('%s refuses what is no JSON', async (_, route) => {
    const bytes = (...values: number[]) => Buffer.concat([Buffer.from('{"a":"'), Buffer.from(values), Buffer.from('"}')]);
    const broken = [
      '{',
      '{"a":1,}',
      "{'a':1}",
      'NaN',
      '[1',
      '{"a":}',
      '{}{}',
      '"open',
      'undefined',
      '{"a":01}',
      '{"a":"\u0000"}',
      '\\',
      '[}',
    ];
    const refusals = [
      ...broken,
      bytes(0xff),
      bytes(0xc3),
      bytes(0xed, 0xa0, 0x80),
      bytes(0xf8, 0x88, 0x80, 0x80, 0x80),
      bytes(0xc0, 0xaf),
    ].map((body): Refusal => ({ what: body.toString('latin1'), request: requestFor(route, { body }), code: 'malformed-json' }));
    if (!route.optionalBody) refusals.push({ what: 'nothing', request: requestFor(route, { body: '' }), code: 'malformed-json' });
    expect(await faultsOf(refusals)).toEqual([]);
  });

  const values = ['[]', '"a"', '5', 'null', 'true', '1e309', nestedArrays, nestedObjects, `[${'{},'.repeat(50_000)}{}]`];

  it.each(jsonBody)('%s refuses a value of another kind, and twenty thousand levels of it', async (_, route) => {
    const refusals = values.map(
      (body): Refusal => ({ what: body.slice(0, 20), request: requestFor(route, { body }), code: 'invalid-request' }),
    );
    expect(await faultsOf(refusals)).toEqual([]);
  });

  it.each(webhooks)(
    '%s takes any signed JSON, since a provider may send events that are new to us, and does nothing for those',
    async (_, route) => {
      const schema = route.body as z.ZodMiniType;
      const spoiled = examplesOf(schema).flatMap((example) => spoil(example, schema, isLoose(schema)).map(({ text }) => text));
      for (const body of [...values, ...spoiled]) {
        const reply = await send(shop.url, requestFor(route, { body }));
        expect([body.slice(0, 100), reply.status, reply.body]).toEqual([body.slice(0, 100), 200, { received: true }]);
      }
    },
  );

  // A rule that looks at each character from each place on takes seconds for these, and all that time its function answers nobody else.
  const long = 60_000;
  const repeated = [
    'a',
    'A1',
    ' ',
    '\t\n',
    'a.',
    'a-',
    '-',
    '1 ',
    '+',
    '(',
    '/(',
    '@',
    '%',
    '１',
    'é',
    'a\u0301',
    '\u0301',
    '\u200b',
    '\u00a0',
    '👨\u200d',
  ];
  const longTexts = ['', 'a', 'a@', 'https://'].flatMap((start) =>
    repeated.flatMap((text) => ['', 'a'].map((end) => start + text.repeat(long / text.length) + end)),
  );

  it.each(jsonBody)('%s takes no longer over a long text than it takes to read it', (_, route) => {
    const schema = route.body as z.ZodMiniType;
    const bodies = examplesOf(schema).flatMap((example) =>
      textPlaces(example).flatMap((place) => longTexts.map((text) => place.with(text))),
    );
    const slow = bodies.flatMap((body) => {
      const began = process.cpuUsage();
      try {
        check(schema, body, '');
      } catch {}
      const { user } = process.cpuUsage(began);
      return user > 500_000 ? [`${user / 1_000_000} s: ${JSON.stringify(body).replace(/(.{1,20})\1{20,}/gu, '$1…')}`] : [];
    });
    expect(slow).toEqual([]);
  });

  it.each(jsonBody)('%s names twenty unknown keys of forty thousand', async (_, route) => {
    const body = `{${Array.from({ length: 30_000 }, (_, i) => `"${i.toString(36)}":1`).join(',')}}`;
    expect(await faultsOf([{ what: 'many keys', request: requestFor(route, { body }), code: 'invalid-request' }])).toEqual([]);
  });

  it.each(jsonBody)('%s takes application/json only', async (_, route) => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=a',
      'application/jsonx',
      'json',
      'text/json',
      '',
    ];
    const refusals = types.map(
      (type): Refusal => ({
        what: type,
        request: requestFor(route, { headers: { 'content-type': type } }),
        status: 415,
        code: 'unsupported-media-type',
      }),
    );
    const untyped = requestFor(route);
    delete untyped.headers?.['content-type'];
    refusals.push({ what: 'no type', request: untyped, status: 415, code: 'unsupported-media-type' });
    expect(await faultsOf(refusals)).toEqual([]);
  });

  it.each(withBody)('%s takes no encoded body', async (_, route) => {
    const encoded = (encoding: string, pack: (body: Buffer) => Buffer): Refusal => {
      const request = requestFor(route);
      const body = pack(Buffer.from(String(request.body)));
      return { what: encoding, request: { ...request, body, headers: { ...request.headers, 'content-encoding': encoding } }, status: 415 };
    };
    const asIs = (body: Buffer) => body;
    const refusals = [
      encoded('gzip', gzipSync),
      encoded('br', brotliCompressSync),
      encoded('DEFLATE', deflateSync),
      encoded('zstd', zstdCompressSync),
      encoded('identity, gzip', gzipSync),
      encoded('gzip', asIs),
      encoded('nonsense', asIs),
    ];
    expect(await faultsOf(refusals.map((refusal) => ({ ...refusal, code: 'unsupported-media-type' })))).toEqual([]);
    const plain = await send(shop.url, requestFor(route, { body: '{"nope":1}', headers: { 'content-encoding': 'Identity' } }));
    expect([plain.status, plain.body.code]).not.toEqual([415, 'unsupported-media-type']);
  });

  it.each(withBody)('%s takes 256 KiB at most; above 10 MB API Gateway answers by itself', async (_, route) => {
    const padded = (bytes: number) => `{"nope":"${'x'.repeat(bytes - 11)}"}`;
    expect(padded(1000)).toHaveLength(1000);
    expect((await send(shop.url, requestFor(route, { body: padded(256 * 1024) }))).status).toBe(route.auth === 'webhook' ? 200 : 400);
    const refusals: Refusal[] = [
      { what: '256 KiB and a byte', request: requestFor(route, { body: padded(256 * 1024 + 1) }), status: 413, code: 'body-too-large' },
      { what: '257 KiB of é', request: requestFor(route, { body: `"${'é'.repeat(257 * 512)}"` }), status: 413, code: 'body-too-large' },
      {
        what: '257 KiB of no text',
        request: requestFor(route, { body: Buffer.alloc(257 * 1024, 0xff) }),
        status: 413,
        code: 'body-too-large',
      },
    ];
    expect(await faultsOf(refusals)).toEqual([]);
    const huge = await send(shop.url, requestFor(route, { body: Buffer.alloc(11 * 1024 * 1024, 'a') }));
    expect([huge.status, huge.text]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  });
});

describe('SQL, markup and strange letters', () => {
  const untouched =
    'select count(*)::integer as products, sum(stock)::integer as pieces, (select count(*)::integer from orders) as orders from products';
  let before: object[];
  beforeAll(async () => {
    before = await shop.database.query(untouched);
  });
  afterAll(async () => {
    expect(await shop.database.query(untouched)).toEqual(before);
  });

  const strange = [
    "'; drop table products; --",
    '" or ""="',
    "\\'; select pg_sleep(10); --",
    '{{7*7}}',
    '<script>alert(1)</script>',
    '%00',
    '../../etc/passwd',
    '\u202e\ufeff\u{1f4a9}',
    '$1',
    "E'\\x41'",
  ];

  it.each(withBody)('%s takes them as text or refuses them', async (_, route) => {
    const schema = route.body as z.ZodMiniType;
    const bodies = examplesOf(schema).flatMap((example) => textPlaces(example).flatMap((place) => strange.map((text) => place.with(text))));
    const faults = bodies.map(async (body) => {
      const reply = await send(shop.url, requestFor(route, { body: JSON.stringify(body) }));
      if (reply.status < 400 && takes(schema, body)) return [];
      return [...problemFaults(reply), ...(reply.status >= 400 && reply.status < 500 ? [] : [`status ${reply.status}`])].map(
        (fault) => `${JSON.stringify(body)}: ${fault}`,
      );
    });
    expect((await Promise.all(faults)).flat()).toEqual([]);
  });

  it.each(named.filter(([, route]) => route.query))('%s takes them in its query', async (_, route) => {
    const replies = keysOf(route.query).flatMap((key) =>
      strange.map(async (text) => {
        const reply = await send(
          shop.url,
          requestFor(route, { query: new URLSearchParams({ ...queryOf(route), [key]: text }).toString() }),
        );
        if (reply.status < 400 && takes(route.query, { ...queryOf(route), [key]: text })) return [];
        if (reply.status === 400) return problemFaults(reply);
        return reply.status < 500 ? [] : [`${key}=${text}: ${reply.status}`];
      }),
    );
    expect((await Promise.all(replies)).flat()).toEqual([]);
  });
});

describe('a query', () => {
  writesNothing();

  const numberKeys = new Set(['limit', 'skip', 'minPrice', 'maxPrice', 'amount']);
  const noNumbers = [
    '1e3',
    '０',
    '１',
    '+1',
    '%2B1',
    '%201',
    '1%20',
    '-1',
    '-0',
    '1.5',
    '1.0',
    '0x10',
    '01',
    '1_000',
    '9007199254740993',
    '1e309',
    'Infinity',
    'NaN',
    '1,2',
    'null',
    'true',
    '[1]',
    'ten',
  ];
  const wrong: Record<string, string[]> = {
    limit: ['0', '101', '00', '99999999999999999999'],
    skip: ['10001', '1000000000000000'],
    minPrice: ['1000000000001'],
    maxPrice: ['1000000000001'],
    currency: ['usd', 'XXX', 'US', 'USDX', 'EUR%20', '%24'],
    sort: ['Newest', 'price%20', '--price', '%2Bprice', 'price,name', 'id', 'random()'],
    category: ['Electronics', '-', 'a--b', 'a_b', 'a/b', "'", '%C3%A9', '.'],
  };

  it.each(named)('%s refuses unknown keys, keys given twice, and what is no UTF-8', async (_, route) => {
    const base = new URLSearchParams(queryOf(route)).toString();
    const also = (query: string): RawRequest => requestFor(route, { query: base === '' ? query : `${base}&${query}` });
    const unknown = ['nope', '__proto__', 'constructor', 'toString', 'LIMIT', 'limit[]', 'items%5B0%5D'].map(
      (key): Refusal => ({
        what: key,
        request: also(`${key}=1`),
        code: 'invalid-request',
        pointers: [`/query/${decodeURIComponent(key)}`],
      }),
    );
    const twice = ['a=1&a=2', 'a=&a=', 'a=1&a=', 'a=1&%61=1', 'sort=name&sort=name'].map(
      (query): Refusal => ({ what: query, request: also(query), code: 'invalid-request' }),
    );
    const malformed = ['a=%', 'a=%E0%A4%A', 'a=%ED%A0%80', 'a=%ff', '%c3=1', 'a=%C0%AF'].map(
      (query): Refusal => ({ what: query, request: also(query), code: 'malformed-query' }),
    );
    const nul = ['a=%00', 'a%00b=1', '%00'].map((query): Refusal => ({ what: query, request: also(query), code: 'invalid-request' }));
    expect(await faultsOf([...unknown, ...twice, ...malformed, ...nul.slice(0, 2)])).toEqual([]);
  });

  it.each(named.filter(([, route]) => route.query))('%s refuses wrong values of its own keys, and points to them', async (_, route) => {
    const refusals = keysOf(route.query).flatMap((key) => {
      const base = new URLSearchParams(Object.entries(queryOf(route)).filter(([name]) => name !== key)).toString();
      const also = (value: string) => requestFor(route, { query: `${base}${base === '' ? '' : '&'}${key}=${encodeURI(decodeURI(value))}` });
      const values = [...(wrong[key] ?? []), ...(numberKeys.has(key) ? noNumbers : []), '%00', 'a%00', 'x'.repeat(5_000)];
      return values.map(
        (value): Refusal => ({
          what: `${key}=${value.slice(0, 40)}`,
          request: also(value),
          code: 'invalid-request',
          pointers: [`/query/${key}`],
        }),
      );
    });
    expect(await faultsOf(refusals)).toEqual([]);
  });

  it.each(named.filter(([, route]) => route.query && route.method === 'GET'))('%s takes an empty value as none', async (_, route) => {
    const plain = await send(shop.url, requestFor(route));
    for (const key of keysOf(route.query)) {
      if (key in queryOf(route)) continue;
      const empty = await send(shop.url, requestFor(route, { query: new URLSearchParams({ ...queryOf(route), [key]: '' }).toString() }));
      expect([key, empty.status, withoutTrace(empty)]).toEqual([key, plain.status, withoutTrace(plain)]);
    }
  });

  const withoutTrace = ({ body, text }: Reply) => (body?.traceId || body?.updatedAt ? { ...body, traceId: '', updatedAt: '' } : text);
});

describe('a cursor', () => {
  writesNothing();

  const lists = named.filter(([, route]) => keysOf(route.query).includes('cursor'));
  const pack = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const id = nothingAt;

  /** A value that the sort could have met is a place in the list, whoever made it up. @param met one that it did meet */
  function couldBe(sort: string, met: unknown, value: unknown): boolean {
    if (typeof met === 'string') {
      const byTime = /^\d{4}-\d\d-\d\dT/.test(met);
      return !byTime && typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
    }
    if (sort === 'relevance') return typeof value === 'number';
    return value === -1 || (value === 2 ** 31 && sort !== 'popularity');
  }

  it.each(lists)('%s refuses one that is garbage, of another sort or filter, or tampered with', async (_, route) => {
    const sorts = keysOf(route.query).includes('sort')
      ? ['newest', 'price', '-price', 'popularity', 'name', 'relevance'].filter((sort) => takes(route.query, { ...queryOf(route), sort }))
      : [undefined];
    const needed = queryOf(route).q === undefined ? {} : { q: 'day or kitchen or leather or wireless' };
    const ask = (query: Record<string, string>) =>
      requestFor(route, { path: `${pathOf(route, { id: withMovements })}?${new URLSearchParams({ ...needed, ...query })}` });
    const refusals: Refusal[] = [];
    for (const sort of sorts) {
      const by = sort === undefined ? {} : { sort };
      const first = await send(shop.url, ask({ ...by, limit: '2' }));
      expect([sort, first.status, typeof first.body?.nextCursor]).toEqual([sort, 200, 'string']);
      const good: string = first.body.nextCursor;
      const [cursorSort, values, cursorId, filters] = JSON.parse(Buffer.from(good, 'base64url').toString('utf8'));
      const tampered = [
        ...[
          'x',
          '',
          '2026-13-45T99:99:99.999Z',
          '2026-02-30T00:00:00.000Z',
          '0000-01-01T00:00:00.000Z',
          '+275760-09-13T00:00:00.000Z',
          'infinity',
          'now',
          '1e999',
          '\u0000',
          '\ud800',
          'NaN',
        ],
        ...[0.5, -1, 1e300, 2 ** 31, 2 ** 53, -(2 ** 63), null, true, [], {}, [1], 'x'.repeat(1_000)],
      ]
        .filter((value) => !couldBe(cursorSort, values[0], value))
        .map((value) => [cursorSort, [value], cursorId, filters]);
      const garbage = [
        ...['x', '%', 'null', 'e30', 'AAAA', '=', '..', good.slice(0, -3), `${good}!`, good.toUpperCase(), 'x'.repeat(2_000)],
        ...[null, 5, 'a', {}, [], [[]], [null, null, null, null], { 0: cursorSort, length: 4 }, nestedArrays.slice(0, 500)].map(pack),
        ...tampered.map(pack),
        ...[
          [cursorSort, values, 'x', filters],
          [cursorSort, values, `${id}'`, filters],
          [cursorSort, values, 5, filters],
          [cursorSort, values, null, filters],
          [cursorSort, values, id, 'AAAAAAAAAAAA'],
          [cursorSort, values, id, null],
          ['other', values, id, filters],
          [cursorSort, [], id, filters],
          [cursorSort, [...values, ...values], id, filters],
          [cursorSort, values[0], id, filters],
          [cursorSort, { 0: values[0], length: 1 }, id, filters],
        ].map(pack),
      ];
      for (const cursor of garbage) {
        const what = `${sort} ${Buffer.from(cursor, 'base64url').toString('utf8').slice(0, 100)} (${cursor.slice(0, 20)})`;
        refusals.push({ what, request: ask({ ...by, cursor }), code: 'invalid-cursor', pointers: ['/query/cursor'] });
      }
      const elsewhere = sorts.filter((other) => other !== sort).map((other) => ({ sort: other as string }));
      const narrowed = keysOf(route.query).includes('category')
        ? [{ category: 'kitchen' }, { minPrice: '1' }, { maxPrice: '1' }, { currency: 'EUR' }]
        : [];
      for (const other of [...elsewhere, ...narrowed.map((filter) => ({ ...by, ...filter }))]) {
        refusals.push({
          what: `${sort} with ${JSON.stringify(other)}`,
          request: ask({ ...other, cursor: good }),
          code: 'invalid-cursor',
          pointers: ['/query/cursor'],
        });
      }
    }
    expect(await faultsOf(refusals)).toEqual([]);
  });
});

describe('a path', () => {
  writesNothing();

  const odd = [
    '%00',
    'a%00b',
    '%2F',
    '%2f..%2f',
    '%E0%A4%A',
    '%',
    '%ED%A0%80',
    '..',
    '%2e%2e',
    '.',
    '%20',
    '%3F',
    '%23',
    '%7Bid%7D',
    "'%20or%20'1'='1",
    '%F0%9F%98%80',
    '$default',
    '*',
    'null',
    'undefined',
    'x'.repeat(5_000),
    '%25%32%46',
    `${nothingAt}0`,
    `${nothingAt}%0A`,
    '%C3%A9'.repeat(500),
  ];

  it.each(named.filter(([, { path }]) => path.includes('{')))('%s refuses odd parameters', async (_, route) => {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
    const faults = names.flatMap((name) =>
      odd.map(async (value) => {
        if (takes(route.params, { ...everywhere(names), [name]: value })) return [];
        const { path, ...request } = requestFor(route);
        const query = path.includes('?') ? path.slice(path.indexOf('?')) : '';
        const reply = await send(shop.url, { ...request, path: pathOf(route, { [name]: value }) + query });
        const refused = reply.status >= 400 && reply.status < 500 ? [] : [`status ${reply.status}`];
        // API Gateway refuses by itself what it cannot decode.
        const byGateway =
          reply.status === 400 && reply.text === '{"message":"Bad Request"}' && ['%E0%A4%A', '%', '%ED%A0%80'].includes(value);
        return [...refused, ...(byGateway ? [] : problemFaults(reply))].map((fault) => `${name}=${value.slice(0, 40)}: ${fault}`);
      }),
    );
    expect((await Promise.all(faults)).flat()).toEqual([]);
  });

  const everywhere = (names: string[]) => Object.fromEntries(names.map((name) => [name, nothingAt]));

  it('too long for API Gateway gets its own answer', async () => {
    const reply = await send(shop.url, { method: 'GET', path: `/api/products/${'x'.repeat(11_000)}` });
    expect([reply.status, reply.text]).toEqual([431, '{"message":"Request Header Fields Too Large"}']);
  });

  it('takes an id in capitals for the same id', async () => {
    const [{ id } = { id: '' }] = await shop.database.query<{ id: string }>(`select id from products where id::text ~ '[a-f]' limit 1`);
    const lower = await shop.call(`/api/products/${id}`);
    const upper = await shop.call(`/api/products/${id.toUpperCase()}`);
    expect([upper.status, upper.text]).toEqual([200, lower.text]);
  });

  it.each([
    '/api',
    '/api/',
    '/api/nope',
    '/api/products/',
    '/api//products',
    '/api/Products',
    '/api/products/a/b',
    '/api/%',
    '/api/%00',
    '/api/orders/x/cancel/y',
    '/api/constructor',
    '/api/__proto__',
  ])('%s is nobody’s: 404', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
      const reply = await send(shop.url, { method, path });
      if (path === '/api/%') expect([reply.status, method === 'HEAD' || reply.text === '{"message":"Bad Request"}']).toEqual([400, true]);
      else if (method === 'HEAD') expect([reply.status, headerFaults(reply.headers), reply.text]).toEqual([404, [], '']);
      else expect([reply.status, reply.body?.code, problemFaults(reply)]).toEqual([404, 'route-not-found', []]);
    }
  });
});

describe('a method', () => {
  writesNothing();

  const paths = [...new Set(allRoutes.map(({ path }) => path))];
  const methodsOf = ({ method, head }: RouteContract): string[] => (head ? [method, 'HEAD'] : [method]);
  const fits = (pattern: string, path: string) => new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);

  it.each(paths)('that %s does not take is answered 405 with those that it takes', async (pattern) => {
    const path = pattern.replace(/\{\w+\}/g, nothingAt);
    const taken = new Set(allRoutes.filter((route) => fits(route.path, path)).flatMap(methodsOf));
    // A literal path is a thing of its own, though a parameter of another route could stand for its last part.
    const offered = pattern.includes('{') ? taken : new Set(allRoutes.filter((route) => route.path === pattern).flatMap(methodsOf));
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'].filter((other) => !taken.has(other))) {
      const reply = await send(shop.url, { method, path });
      expect([method, reply.status]).toEqual([method, 405]);
      expect(new Set(reply.headers.get('allow')?.split(', '))).toEqual(offered);
      if (method !== 'HEAD') expect([reply.body.code, problemFaults(reply)]).toEqual(['method-not-allowed', []]);
    }
  });
});

describe('an Idempotency-Key', () => {
  writesNothing();

  it.each(named.filter(([, route]) => route.idempotent))('%s needs one, and a UUID', async (_, route) => {
    const bad = [
      '',
      ' ',
      'x',
      nothingAt.slice(1),
      `${nothingAt}0`,
      `{${nothingAt}}`,
      `${nothingAt},${nothingAt}`,
      nothingAt.replaceAll('-', ''),
      '00000000-0000-0000-0000-000000000000',
      'x'.repeat(5_000),
    ];
    const refusals = bad.map(
      (key): Refusal => ({
        what: key,
        request: requestFor(route, { headers: { 'idempotency-key': key } }),
        code: 'idempotency-key-required',
      }),
    );
    const without = requestFor(route);
    delete without.headers?.['idempotency-key'];
    expect(await faultsOf([...refusals, { what: 'none', request: without, code: 'idempotency-key-required' }])).toEqual([]);
  });
});

describe('a token', () => {
  writesNothing();

  const bad = [
    '',
    'x',
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Bearer a.b.c',
    'Basic YTpi',
    'Bearer null',
    `Bearer ${'x'.repeat(5_000)}`,
    'Bearer \u00e9',
  ];

  it.each(named.filter(([, route]) => closed(route)))('%s is closed without a good one', async (_, route) => {
    const refusals = bad.map(
      (authorization): Refusal => ({
        what: authorization,
        request: requestFor(route, { headers: { authorization } }),
        status: 401,
        code: 'unauthenticated',
      }),
    );
    const without = requestFor(route);
    delete without.headers?.authorization;
    expect(await faultsOf([...refusals, { what: 'none', request: without, status: 401, code: 'unauthenticated' }])).toEqual([]);
  });
});

describe('an answer', () => {
  writesNothing();

  it.each(named.filter(([, route]) => route.method === 'GET'))(
    'of %s names its request and cannot be framed or sniffed',
    async (_, route) => {
      const reply = await send(shop.url, requestFor(route));
      expect(headerFaults(reply.headers)).toEqual([]);
      if (reply.status === 200) {
        const kept = reply.headers.get('cache-control');
        expect(kept).toMatch(route.cacheable ? /^public, max-age=0, s-maxage=\d, stale-while-revalidate=\d$/ : /^no-store$/);
        expect(reply.headers.get('content-type')).toBe('application/json');
      }
    },
  );

  it('of a catalog read has an ETag, and is 304 to whoever has it', async () => {
    for (const path of ['/api/products?limit=2', '/api/categories', '/api/search?q=day', '/api/products/search?q=day']) {
      const first = await shop.call(path);
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^W\/"[\w-]+"$/);
      for (const tag of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
        const again = await shop.call(path, { headers: { 'if-none-match': tag } });
        expect([again.status, again.text, again.headers.get('etag'), headerFaults(again.headers)]).toEqual([304, '', etag, []]);
      }
      const changed = await shop.call(path, { headers: { 'if-none-match': '"other"' } });
      expect([changed.status, changed.text]).toEqual([200, first.text]);
    }
  });

  it('carries the trace of the caller, or one of its own where that is malformed', async () => {
    const traceId = 'a'.repeat(32);
    const ask = (traceparent: string) => send(shop.url, { method: 'GET', path: '/api/nope', headers: { traceparent } });
    expect((await ask(`00-${traceId}-${'b'.repeat(16)}-01`)).body.traceId).toBe(traceId);
    for (const bad of [
      'x',
      `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
      `00-${traceId}-${'b'.repeat(16)}`,
      `ff-${traceId}-x-01`,
      'a'.repeat(3_000),
    ]) {
      const { body } = await ask(bad);
      expect(body.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(body.traceId).not.toBe(traceId);
    }
  });
});
