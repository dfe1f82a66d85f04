import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { faultsOf } from './axe.ts';
import { button, heading, useShop } from './support.ts';

// Log lines are wanted here, but not on the terminal.
beforeAll(() => void vi.spyOn(process.stdout, 'write').mockReturnValue(true));
afterAll(() => vi.restoreAllMocks());
const kelvo = useShop(() => ({ POWERTOOLS_LOG_LEVEL: 'INFO' }), { traces: true });

test('a failed request is found in the list, and its waterfall shows the statement at fault and the log line beside it', async () => {
  await kelvo.shop.database.query('alter table categories rename to categories_elsewhere');
  const failed = await kelvo.shop.call('/api/categories');
  await kelvo.shop.database.query('alter table categories_elsewhere rename to categories');
  expect(failed.status).toBe(500);
  await kelvo.shop.call('/api/currencies');

  const page = await kelvo.shopper();
  const refused: string[] = [];
  page.on('console', (line) => line.type() === 'error' && refused.push(line.text()));
  await page.goto('/_local/traces?route=/api/categories');
  const entry = page.getByRole('list', { name: 'Traces' }).getByRole('link', { name: /^GET \/api\/categories/ });
  await entry.waitFor(); // once it is there: spans leave half a second after they ended
  expect(await page.getByRole('list', { name: 'Traces' }).getByRole('link').count()).toBe(1);
  await page.getByRole('checkbox', { name: 'Failed' }).check();
  await page.waitForURL(/route=%2Fapi%2Fcategories&failed=true/);
  await entry.filter({ hasText: 'relation "categories" does not exist' }).waitFor();
  expect(await faultsOf(page)).toEqual([]);

  await entry.click();
  await heading(page, 'GET /api/categories').waitFor();
  await page.getByText(failed.body.traceId).waitFor();
  await page.getByRole('list', { name: 'Log lines' }).getByRole('link', { name: 'GET /api/categories' }).click();
  await page.locator(':focus', { hasText: 'GET /api/categories' }).waitFor(); // the line leads to its span
  await page.keyboard.press('End');
  const statement = page.locator('button:focus', { hasText: 'SELECT categories' });
  await statement.waitFor();
  await page.keyboard.press('Enter');
  await page.locator('pre', { hasText: 'from categories' }).waitFor();
  await button(page, /SELECT categories.*failed/)
    .and(page.locator('[aria-expanded=true]'))
    .waitFor();
  expect(await faultsOf(page)).toEqual([]);
  expect(refused).toEqual([]);
});
