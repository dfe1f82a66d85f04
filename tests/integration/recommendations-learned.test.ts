/** `npm run bench:recommendations` in small: what is learned from orders hits later baskets, and orders without structure teach nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, judgeRecommendations, type Verdict } from '#tests/bench/recommendations/judge.ts';
import type { WorldSize } from '#tests/bench/recommendations/world.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' });
});
afterAll(() => shop.end());

const judge = (structured: boolean, size: WorldSize): Promise<Verdict> =>
  judgeRecommendations(
    {
      query: shop.database.query,
      train: () => shop.gateway.invoke('RecommendationsTrainAffinities', { time: '2026-11-20T00:00:00.000Z' }, 60_000),
      ask: async (productId) => {
        const { body } = await shop.call(`/api/recommendations?productId=${productId}`);
        return body.items.map(({ product }: { product: { id: string } }) => product.id);
      },
    },
    size,
    { structured },
  );

describe('four recommendations', () => {
  it('hit baskets that were not learned from twice as often as popular products, of the shop or of the category, and show twice as much of the catalog', async () => {
    expect(faultsOf(await judge(true, { products: 240, categories: 4, orders: 6_000 }), { structured: true })).toEqual([]);
  });

  it('are not better than popular products where nothing goes together, and hardly a product has a pair', async () => {
    const verdict = await judge(false, { products: 100, categories: 4, orders: 2_400 });
    expect(faultsOf(verdict, { structured: false }), JSON.stringify(verdict)).toEqual([]);
  });
});
