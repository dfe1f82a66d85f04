import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { TestDatabase } from './database.ts';
import type { Reply } from './shop.ts';

export interface RawRequest {
  method: string;
  /** Sent to the byte: fetch would tidy up `..` and encode what it does not like. */
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** One request as it stands, whatever is wrong with it. */
export function send(base: string, { method, path, headers = {}, body }: RawRequest): Promise<Reply> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const received = new Headers();
        for (const [name, values] of Object.entries(response.headersDistinct))
          for (const value of values ?? []) received.append(name, value);
        resolve({
          status: response.statusCode ?? 0,
          headers: received,
          text,
          body: text.startsWith('{') ? JSON.parse(text) : undefined,
        });
      });
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends bytes as they are, HTTP or not, and resolves with all that comes back until the server closes the connection. */
export function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

/** What the database holds, table by table: the number of rows and a digest of them. Equal before and after means that nothing was written. */
export async function contentsOf(database: TestDatabase): Promise<Record<string, string>> {
  const tables = await database.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public' order by 1`);
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*) || ' ' || md5(coalesce(string_agg(t::text, '' order by t::text), '')) as held from "${name}" t`,
  );
  const rows = await database.query<{ name: string; held: string }>(parts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, held }) => [name, held]));
}

/** What is wrong with a reply that has to be one of our problem documents; nothing, where it is one. */
export function problemFaults({ status, headers, body, text }: Reply): string[] {
  const faults: string[] = [];
  const ask = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  ask(headers.get('content-type') === 'application/problem+json', `content-type ${headers.get('content-type')}`);
  ask(body?.status === status, `the status member is ${body?.status}`);
  for (const member of ['type', 'title', 'detail', 'code'])
    ask(typeof body?.[member] === 'string' && body[member] !== '', `${member} is ${body?.[member]}`);
  ask(/^[0-9a-f]{32}$/.test(body?.traceId), `traceId is ${body?.traceId}`);
  ask(/^[a-z]+(-[a-z]+)*$/.test(body?.code), `code is ${body?.code}`);
  ask(!/\bat .*\(|node_modules|\.ts:|\.js:|select |insert |constraint|pg_/i.test(text), `tells of its insides: ${text.slice(0, 300)}`);
  if (body?.code === 'invalid-request') {
    const errors = Array.isArray(body.errors) ? body.errors : [];
    ask(errors.length > 0, 'has no errors');
    ask(errors.length <= 20, `has ${errors.length} errors`);
    for (const { pointer, message } of errors)
      ask(typeof message === 'string' && /^(\/|$)/.test(pointer), `an error at ${pointer}: ${message}`);
  }
  return [...faults, ...headerFaults(headers), ...(headers.get('cache-control') === 'no-store' ? [] : ['can be cached'])];
}

/** What every answer of ours says in its headers. */
export function headerFaults(headers: Headers): string[] {
  const wanted: Record<string, RegExp> = {
    'x-request-id': /^.{8,}$/,
    'server-timing': /^app;dur=\d+(\.\d)?$/,
    'strict-transport-security': /^max-age=\d{8}/,
    'content-security-policy': /default-src 'none'/,
    'x-content-type-options': /^nosniff$/,
    'x-frame-options': /^DENY$/,
    'referrer-policy': /^no-referrer$/,
    'cache-control': /./,
  };
  return Object.entries(wanted).flatMap(([name, pattern]) =>
    pattern.test(headers.get(name) ?? '') ? [] : [`${name}: ${headers.get(name)}`],
  );
}
