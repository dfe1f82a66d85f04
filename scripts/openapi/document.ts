import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import type { RouteContract } from '#platform/http/contract.ts';
import { Uuid } from '#platform/http/schemas.ts';
import { exampleOf } from './examples.ts';
import { type Operation, operations } from './operations.ts';
import { problemAnswer, problemExamples, problemsOf, shareAnswers } from './problems.ts';
import { type Json, jsonSchemas, nameOf } from './schemas.ts';

const about: Record<string, string> = {
  analytics: 'What was sold, and how it came to be',
  auth: 'Accounts, signing in and out',
  cart: "Carts; a cart's id is a secret, and whoever knows it has the cart",
  catalog: 'Products and categories',
  ops: 'How the shop is, and this description',
  orders: "Orders; a guest shows the order's access token in `x-order-token`",
  payments: 'Paying an order, and hearing from the payment provider',
  search: 'Finding products by words',
  currency: 'Currencies, their rates, and conversions',
  shipping: 'Ways to ship, their costs and dates',
};

const description = `Everything the shop does over HTTP. Errors are problem documents (RFC 9457) whose \`code\` is stable.

- Money is an integer number of minor units: \`{"amount": 12999, "currency": "USD"}\` is $129.99.
- Unknown keys are refused, in bodies and in queries; a query's key may stand once; an empty value counts as absent.
- Text holds no NUL and no half surrogate pair. A body has at most 256 KiB and no \`content-encoding\`.
- Lists answer \`nextCursor\`: give it back as \`cursor\` with the same query for the next page.
- \`Idempotency-Key\` makes a request safe to repeat: the first committed answer is given again.
- API Gateway's own refusals (a request line that cannot be read, a body above 10 MB) are \`{"message": …}\`.`;

const securitySchemes = {
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The `accessToken` of a session; 15 minutes.' },
  orderToken: {
    type: 'apiKey',
    in: 'header',
    name: 'x-order-token',
    description: "A guest's key to one order: `accessToken` of the order's 201.",
  },
  refreshCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'kelvo_refresh',
    description: 'Set by signing in. Only from the shop itself: `Origin` or `Sec-Fetch-Site` has to say so.',
  },
  webhookSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'stripe-signature',
    description: '`t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<raw body>">` under the webhook secret, at most 300 s old.',
  },
};

const headers = {
  'x-request-id': { description: "The request's id, for the logs.", schema: { type: 'string' } },
  'retry-after': { description: 'Seconds to wait before asking again.', schema: { type: 'integer', minimum: 1 } },
  etag: { description: 'For `If-None-Match`.', schema: { type: 'string' } },
};

const ref = (schema: z.ZodMiniType): Json => ({ $ref: `#/components/schemas/${nameOf.get(schema)}` });

/** The API as OpenAPI 3.1, from the contracts alone. */
export function openapiDocument(): Json {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string };
  const schemas = jsonSchemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const { path, method } = operation.route;
    const described = describe(operation, schemas);
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: described,
      ...(operation.route.head ? { head: withoutBodies(described) } : {}),
    };
  }
  const responses = shareAnswers(
    Object.values(paths).flatMap((path) => Object.values(path).map((op) => op.responses as Record<string, Json>)),
  );
  const domains = [...new Set(operations.map(({ domain }) => domain))];
  return {
    openapi: '3.1.0',
    info: { title: 'Kelvo', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'The shop that serves this description' }],
    tags: domains.map((name) => ({ name, ...(about[name] ? { description: about[name] } : {}) })),
    paths,
    components: { schemas: reachable(schemas, { paths, responses }), responses, examples: problemExamples(), headers, securitySchemes },
  };
}

function describe({ id, domain, route }: Operation, schemas: Record<string, Json>): Json {
  const parameters = [...parametersIn('path', route.params, schemas), ...parametersIn('query', route.query, schemas), ...headersOf(route)];
  const responses = new Map<string, Json>();
  for (const [status, schema] of Object.entries(route.answers)) responses.set(status, answer(route, Number(status), schema));
  if (hasEtag(route))
    responses.set('304', { description: 'As it was, by `If-None-Match`', headers: { etag: { $ref: '#/components/headers/etag' } } });
  for (const [status, codes] of problemsOf(route)) {
    const own = responses.get(String(status));
    const problem = problemAnswer(status, codes);
    responses.set(String(status), own ? { ...own, content: { ...(own.content as Json), ...(problem.content as Json) } } : problem);
  }
  return {
    operationId: id,
    tags: [domain],
    summary: route.summary,
    security: securityOf(route),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: requestBody(route.body, route) } : {}),
    responses: Object.fromEntries([...responses].sort(([a], [b]) => a.localeCompare(b))),
  };
}

/** A GET operation as HEAD. */
function withoutBodies(get: Json): Json {
  const responses = Object.entries(get.responses as Record<string, Json>).map(([status, { content: _, ...answer }]) => [status, answer]);
  return {
    ...get,
    operationId: `${get.operationId}Head`,
    summary: `${get.summary}; without the body`,
    responses: Object.fromEntries(responses),
  };
}

function parametersIn(place: 'path' | 'query', schema: z.ZodMiniType | undefined, schemas: Record<string, Json>): Json[] {
  if (!schema) return [];
  const { properties, required = [] } = schemas[nameOf.get(schema) as string] as { properties: Record<string, Json>; required?: string[] };
  const { shape } = schema._zod.def as z.core.$ZodObjectDef;
  return Object.entries(properties).map(([name, member]) => {
    const needed = place === 'path' || required.includes(name);
    // Examples of what may be left out would narrow a first try to nothing.
    return {
      name,
      in: place,
      required: needed,
      schema: member,
      ...(needed ? { example: asSent(exampleOf(shape[name] as z.ZodMiniType, name), member) } : {}),
    };
  });
}

/** A parameter is text on its way; one that the description calls an integer is shown as one. */
const asSent = (example: unknown, { type }: Json) => (type === 'integer' ? Number(example) : example);

function headersOf({ auth, idempotent, credential, conditional }: RouteContract): Json[] {
  const header = (name: string, required: boolean, text: string, schema: Json, example?: string) => ({
    name,
    in: 'header',
    required,
    description: text,
    schema,
    ...(example ? { example } : {}),
  });
  const found: Json[] = [];
  if (idempotent)
    found.push(
      header('Idempotency-Key', true, 'Of your own making, the same for every retry.', ref(Uuid), '5f0c9a52-77d1-4f0e-9c3b-21a4be6d8f03'),
    );
  if (credential === 'order-token') found.push(header('x-order-token', false, "A guest's key to the order.", { type: 'string' }));
  if (conditional)
    found.push(header('If-None-Match', false, 'The `etag` of an answer that you have: 304 while it holds.', { type: 'string' }));
  if (auth === 'webhook')
    found.push(
      header('stripe-signature', true, "The provider's signature.", { type: 'string', pattern: '^t=[0-9]{1,12},v1=[0-9a-f]{64}$' }),
    );
  return found;
}

function securityOf({ auth, cacheable, credential, path }: RouteContract): Json[] {
  if (auth === 'webhook') return [{ webhookSignature: [] }];
  if (auth === 'shopper' || auth === 'admin') return [{ accessToken: [] }];
  if (cacheable) return [];
  if (credential === 'refresh-cookie') return path.endsWith('/logout') ? [{}, { refreshCookie: [] }] : [{ refreshCookie: [] }];
  return [{}, { accessToken: [] }, ...(credential ? [{ orderToken: [] }] : [])];
}

const requestBody = (body: z.ZodMiniType, { optionalBody }: RouteContract): Json => ({
  required: !optionalBody,
  content: { 'application/json': { schema: ref(body), example: exampleOf(body) } },
});

const successes: Record<number, string> = {
  200: 'Done',
  201: 'Made',
  202: 'Taken on',
  204: 'Done, and nothing to say',
  503: 'Not able to serve',
};

const hasEtag = ({ cacheable, conditional }: RouteContract) => cacheable || conditional;

const answer = (route: RouteContract, status: number, schema: z.ZodMiniType | null): Json => ({
  description: successes[status] ?? 'Done',
  headers: {
    'x-request-id': { $ref: '#/components/headers/x-request-id' },
    ...(hasEtag(route) ? { etag: { $ref: '#/components/headers/etag' } } : {}),
  },
  ...(schema ? { content: { 'application/json': { schema: ref(schema), example: exampleOf(schema) } } } : {}),
});

/** The schemas that the paths refer to, directly or by others. */
function reachable(schemas: Record<string, Json>, paths: unknown): Record<string, Json> {
  const found = new Set<string>();
  const follow = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (name === undefined || found.has(name)) continue;
      found.add(name);
      follow(schemas[name]);
    }
  };
  follow(paths);
  return Object.fromEntries([...found].sort().map((name) => [name, schemas[name] as Json]));
}
