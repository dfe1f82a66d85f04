import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Received, refusalOf } from '#tests/support/signatures.ts';

const domain = 'vpc-kelvo-abc123.eu-central-1.es.amazonaws.com';
const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret/of+tests', AWS_SESSION_TOKEN: 'token==' };
let received: Received | undefined;

const service = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = request;
  received = { method, url, headers, body: Buffer.concat(chunks) };
  response.end('{}');
});

let client: typeof import('./opensearch.client.ts');
let address: string;
const overNetwork = globalThis.fetch;
beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterAll(() => service.close());
afterEach(() => vi.unstubAllEnvs());

/** The client, as it is with this endpoint. What it sends to the domain goes to the server here instead: there is no certificate for it. */
async function clientOf(endpoint: string): Promise<typeof client> {
  vi.resetModules();
  for (const [name, value] of Object.entries({ ...credentials, AWS_REGION: 'eu-central-1', OPENSEARCH_ENDPOINT: endpoint }))
    vi.stubEnv(name, value);
  vi.spyOn(globalThis, 'fetch').mockImplementation((url, init) => overNetwork(String(url).replace(`https://${domain}`, address), init));
  return import('./opensearch.client.ts');
}

const refusal = (more: { secret?: string; region?: string; service?: string; now?: Date } = {}) =>
  received &&
  refusalOf(received, {
    host: domain,
    region: 'eu-central-1',
    service: 'es',
    keyId: credentials.AWS_ACCESS_KEY_ID,
    secret: credentials.AWS_SECRET_ACCESS_KEY,
    now: new Date(),
    ...more,
  });

const calls: Parameters<typeof client.callOpenSearch>[] = [
  [
    'POST',
    'kelvo-prod-products/_search?allow_partial_search_results=false',
    { query: { term: { words: "crème brûlée & o'neil" } } },
    1_000,
  ],
  ['GET', '_alias/kelvo-prod-products-written', undefined, 1_000],
  ['PUT', '_cluster/settings', { persistent: { 'action.auto_create_index': '-kelvo-*,+*' } }, 1_000],
  ['POST', '_bulk', '{"index":{"_id":"1"}}\n{"name":"Zörble 日本"}\n', 1_000],
  ['DELETE', 'kelvo-prod-products-20260102', undefined, 1_000],
];

test.each(calls)('a call of a domain of OpenSearch Service is signed: %s %s', async (...call) => {
  const { callOpenSearch } = await clientOf(`https://${domain}`);
  expect(await callOpenSearch(...call)).toEqual({ status: 200, body: {} });
  expect([received?.method, received?.url]).toEqual([call[0], `/${call[1]}`]);
  expect(received?.headers['x-amz-security-token']).toBe(credentials.AWS_SESSION_TOKEN);
  expect(refusal()).toBeUndefined();
  // That the service would notice what is wrong with one:
  expect(refusal({ secret: 'another' })).toBe('another signature');
  expect(refusal({ region: 'us-east-1' })).toMatch(/^signed as /);
  expect(refusal({ service: 'aoss' })).toMatch(/^signed as /);
  expect(refusal({ now: new Date(Date.now() + 600_000) })).toMatch(/^dated /);
  if (received) received.body = Buffer.concat([received.body, Buffer.from(' ')]);
  expect(refusal()).toBe('another signature');
});

test('a node of our own is asked without a signature', async () => {
  const { callOpenSearch } = await clientOf(address);
  await callOpenSearch('GET', '_alias/x', undefined, 1_000);
  expect(received?.headers.authorization).toBeUndefined();
});
