import { describe, expect, it } from 'vitest';
import { useShop } from './support.ts';

const site = useShop();

describe("the API's page at /docs", () => {
  it('is served by the shop itself, with and without a slash, and what is missing there is no SPA', async () => {
    for (const path of ['/docs', '/docs/']) {
      const page = await fetch(site.shop.url + path, { redirect: 'manual' });
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html;charset=utf-8']);
    }
    expect((await fetch(`${site.shop.url}/docs/nothing.js`)).status).toBe(404);
  });

  it('lists every operation and tries one out, under a strict content security policy and without another host', async () => {
    const page = await site.shopper();
    const complaints: string[] = [];
    const foreign: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(site.shop.url) && !request.url().startsWith('data:')) foreign.push(request.url());
    });
    await page.goto('/docs');
    const { paths } = (await site.shop.call('/api/openapi.json')).body as { paths: Record<string, object> };
    const operations = Object.values(paths).flatMap((path) => Object.keys(path)).length;
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.opblock').count()).toBe(operations);

    const listProducts = page.locator('#operations-catalog-listProducts');
    await listProducts.locator('.opblock-summary-control').click();
    await listProducts.getByRole('button', { name: 'Execute' }).click();
    const answer = listProducts.locator('.live-responses-table .response').first();
    await answer.waitFor();
    expect(await answer.locator('.response-col_status').textContent()).toContain('200');
    expect(await answer.textContent()).toContain('nextCursor');
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  });

  it('sends the access token that was given to Authorize', async () => {
    const { accessToken } = (await site.shop.call('/api/auth/login', { body: { email: 'demo@rumshop.com', password: 'password123' } }))
      .body;
    const page = await site.shopper();
    await page.goto('/docs/');
    await page.locator('.btn.authorize').first().click();
    await page.locator('#auth-bearer-value').fill(accessToken);
    await page.locator('.auth-btn-wrapper .authorize').first().click();
    await page.locator('.btn-done').first().click();
    const getProfile = page.locator('#operations-auth-getProfile');
    await getProfile.locator('.opblock-summary-control').click();
    await getProfile.getByRole('button', { name: 'Execute' }).click();
    const answer = getProfile.locator('.live-responses-table .response').first();
    await answer.waitFor();
    expect(await answer.textContent()).toContain('demo@rumshop.com');
  });
});
