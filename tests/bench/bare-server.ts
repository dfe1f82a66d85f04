// A bare node:http server on pg (and ioredis) that runs the functions' own SQL and nothing else: one yardstick of `npm run bench`, which shows
// what is not SQL. At its start it has the functions do each step once on a recording pool; from then on it repeats what they sent to PostgreSQL.
import { createServer, type IncomingMessage } from 'node:http';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createInvoker } from '#local/gateway/invoke.ts';
import { compileRoutes } from '#local/gateway/router.ts';
import { journeys, type Step } from './journeys.ts';
import { type Names, recordStatements, rename, type Statement, scriptOf, tokensOf } from './recording.ts';
import { root, stackOn } from './stores.ts';

interface Script {
  statements(names: Names): Statement[];
  status: number;
  /** JSON as the functions answered it, and what they were asked. */
  answer: string;
  asked: string;
}

const { databaseUrl, redisUrl, port } = JSON.parse(process.argv[2] as string) as {
  databaseUrl: string;
  redisUrl: string | null;
  port: number;
};
const { functions, env } = await stackOn({ databaseUrl, redisUrl: null, port });
const nameOf = (method: string, path: string) => `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '{id}')}`;

async function learn(): Promise<Map<string, Script>> {
  const scripts = new Map<string, Script>();
  const recording = recordStatements(env.DATABASE_URL as string);
  const { invoke } = createInvoker(functions, env, root);
  const match = compileRoutes(functions);
  for (const journey of Object.values(journeys)) {
    const answers: Record<string, never>[] = [];
    for (const make of journey(products, 0)) {
      const step = make(answers);
      recording.statements.length = 0;
      const { status, answer } = await ask(step);
      answers.push(answer as Record<string, never>);
      const path = step.path.split('?')[0] as string;
      scripts.set(nameOf(step.method, path), {
        statements: scriptOf([...recording.statements], keep),
        status,
        answer: JSON.stringify(answer),
        asked: JSON.stringify(step.body ?? {}),
      });
    }
  }
  await recording.end();
  return scripts;

  async function ask({ method, path, headers, body, status }: Step): Promise<{ status: number; answer: object }> {
    const [rawPath, rawQueryString = ''] = path.split('?') as [string, string?];
    const found = match(method, rawPath);
    if (!found) throw new Error(`no route for ${path}`);
    const http = { method, path: rawPath, sourceIp: '127.0.0.1' };
    const event = {
      rawPath,
      rawQueryString,
      headers: { host: 'bench', 'content-type': 'application/json', ...headers },
      pathParameters: found.parameters,
      requestContext: { requestId: 'bench', http },
      body: body && JSON.stringify(body),
      isBase64Encoded: false,
    };
    const result = (await invoke(found.target.logicalId, event, 30_000)) as { statusCode: number; body: string };
    if (result.statusCode !== status) throw new Error(`${path} answered ${result.statusCode}: ${result.body}`);
    return { status, answer: JSON.parse(result.body) };
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = chunks.length === 0 ? '{}' : Buffer.concat(chunks).toString();
  JSON.parse(text);
  return text;
}

/** What each journey under way calls the recorded ids, findable by any of its own: an order's payment has to name that order. */
const journeysUnderWay = new Map<string, Names>();

function namesFor(asked: string, recorded: string): Names {
  const given = tokensOf(asked, keep);
  const names = given.map((token) => journeysUnderWay.get(token)).find((known) => known !== undefined) ?? new Map<string, string>();
  for (const [i, token] of tokensOf(recorded, keep).entries()) names.set(token, given[i] as string);
  return names;
}

const types = { getTypeParser: (oid: number, format?: 'text') => (oid === 20 ? Number : pg.types.getTypeParser(oid, format)) };
const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 20, types: types as pg.CustomTypesConfig });
const redis = redisUrl === null ? undefined : new Redis(redisUrl);
const found = await pool.query<{ id: string }>('select id from products where stock > 20 order by id');
const products = found.rows.map(({ id }) => id);
const keep = new Set(products);
const scripts = await learn();

const server = createServer(async (request, response) => {
  const script = scripts.get(nameOf(request.method as string, (request.url as string).split('?')[0] as string));
  if (!script) return response.writeHead(404).end();
  const names = namesFor(await read(request), script.asked);
  await redis?.incr('bench:requests'); // a shop counts its callers: one Redis call a request, as the functions make
  const statements = script.statements(names);
  let rows: object[] = [];
  if (statements.length === 1) {
    const [only] = statements as [Statement];
    ({ rows } = await pool.query(only.text, only.values));
  } else {
    const client = await pool.connect();
    for (const { text, values } of statements) ({ rows } = await client.query(text, values));
    client.release();
  }
  const answer = request.method === 'GET' ? JSON.stringify({ items: rows }) : rename(script.answer, names, keep);
  if (request.method === 'POST') for (const name of names.values()) journeysUnderWay.set(name, names);
  return response.writeHead(script.status, { 'content-type': 'application/json' }).end(answer);
});
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }));
