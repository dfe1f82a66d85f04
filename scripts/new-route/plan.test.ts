import { expect, test } from 'vitest';
import { planRoute } from './plan.ts';

const plan = (...args: string[]) => planRoute(args, (first) => ({ orders: 'orders', products: 'catalog' })[first]);

test.each([
  ['GET /api/orders/{id}/receipt', 'orders', 'get-receipt', 'OrdersGetReceipt'],
  ['GET /api/products/{id}/reviews', 'catalog', 'list-reviews', 'CatalogListReviews'],
  ['GET /api/gifts/{id}', 'gifts', 'get-gift', 'GiftsGetGift'],
  ['POST /api/products/{id}/reviews', 'catalog', 'create-review', 'CatalogCreateReview'],
  ['PUT /api/gifts/{id}', 'gifts', 'update-gift', 'GiftsUpdateGift'],
  ['DELETE /api/gift-categories/{id}', 'gift-categories', 'delete-gift-category', 'GiftCategoriesDeleteGiftCategory'],
])('%s is %s/%s', (route, domain, verbNoun, logicalId) => {
  expect(plan(route)).toMatchObject({ domain, verbNoun, logicalId, auth: 'shopper' });
});

test('what is named by hand counts', () => {
  const named = plan('POST /api/orders/{id}/gift-wrap', '--name', 'wrap-order', '--auth', 'admin', '--domain', 'gifts');
  expect(named).toMatchObject({ domain: 'gifts', verbNoun: 'wrap-order', id: 'wrapOrder', auth: 'admin', params: ['id'] });
});

test.each(['GET', 'GET orders', 'PATCH /api/orders', 'GET /orders', 'GET /api/Orders', 'GET /api/orders/'])('"%s" is no route', (route) => {
  expect(() => plan(route)).toThrow('Usage');
});

test.each([['--auth', 'anyone'], ['--colour', 'red'], ['--name'], ['--name', 'Get Receipt']])('%s %s is refused', (...options) => {
  expect(() => plan('GET /api/orders', ...options.filter(Boolean))).toThrow();
});
