import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Shop, startShop } from '#tests/support/shop.ts';

const script = join(import.meta.dirname, '../../docs/api-examples.sh');
const run = promisify(execFile);

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.end());

it('docs/api-examples.sh gets the answers that it expects', async () => {
  const { stdout } = await run('bash', [script], { env: { ...process.env, BASE: shop.url } });
  expect(stdout.trimEnd().endsWith('Every answer was as expected.')).toBe(true);
});

it('docs/api-examples.sh stops at an answer that it does not expect', async () => {
  const failed = run('bash', [script], { env: { ...process.env, BASE: shop.url, ADMIN_PASSWORD: 'not the password' } });
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('wrong-credentials') });
});

it('GET /api/openapi.json answers the description that docs/openapi.yaml holds, and 304 to those who have it', async () => {
  const { status, body, headers } = await shop.call('/api/openapi.json');
  const { parse } = await import('yaml');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json');
  expect(body).toEqual(parse(readFileSync(join(script, '../openapi.yaml'), 'utf8')));
  const again = await shop.call('/api/openapi.json', { headers: { 'if-none-match': headers.get('etag') as string } });
  expect([again.status, again.text]).toEqual([304, '']);
});
